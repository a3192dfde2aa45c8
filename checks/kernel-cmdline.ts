import { carriedParameters, parametersFor, splitArgument } from '../src/kernel/cmdline-parameters.ts'
import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { severities } from '../src/model/target.ts'

/** Kernel arguments that the target does not know, reads differently, or does not inherit. */
export const kernelCmdline = defineCheck({
  id: 'kernel-cmdline',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kernel'],
  severity: 'medium',
  title: { en: 'Kernel arguments change their meaning or are lost', zh: '内核启动参数含义改变或丢失' },
  what: {
    en: 'An argument that the target’s kernel does not know is ignored without a word: a scheduler, an accounting switch, a lockdown is simply gone. A rewritten system starts with the image’s own command line, so tuning has to be carried over as kernel arguments of its profile.',
    zh: '目标内核不认识的启动参数会被静默忽略（调度器、记账开关、lockdown 等随之失效）。重写后的系统使用镜像自带的启动参数，调优项需写入其内核参数配置。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Replace or drop the named arguments; for ContainerOS put those that matter into kernelArguments of the Ignition configuration (spec 3.3).',
        zh: '替换或删除上述参数；对于 ContainerOS，请将需要的参数写入 Ignition 配置的 kernelArguments（规范 3.3）。',
      },
    },
    { kind: 'command', argv: ['cat', '/proc/cmdline'] },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 5 },
  sources: [
    'https://docs.kernel.org/admin-guide/kernel-parameters.html',
    'Configurations of kernels ANCK 4.19.91 and ANCK 5.10.134',
  ],
  evaluate({ kernel }, { target, kernelLine }) {
    const rows = kernel.cmdline.flatMap((argument) =>
      parametersFor(argument, kernelLine).map((row) => ({ argument, ...row })),
    )
    const carried =
      target === 'containeros'
        ? kernel.cmdline.filter((argument) => carriedParameters.includes(splitArgument(argument)[0]))
        : []
    if (rows.length === 0 && carried.length === 0) return pass
    const worst = severities.find((severity) => rows.some((row) => row.severity === severity)) ?? 'medium'
    const effects = rows.map(({ argument, effect }) => ({
      en: `${argument}: ${effect.en}`,
      zh: `${argument}：${effect.zh}`,
    }))
    if (carried.length > 0) {
      effects.push({
        en: `not inherited by the image: ${nameSome(carried)}`,
        zh: `镜像不会继承：${nameSome(carried)}`,
      })
    }
    return {
      status: 'fail',
      severity: carried.length > 0 ? 'medium' : worst,
      here: {
        en: `${effects.map(({ en }) => en).join('; ')}.`,
        zh: `${effects.map(({ zh }) => zh).join('；')}。`,
      },
      evidence: [
        { fact: 'kernel', excerpt: excerptOf([...rows.map(({ argument }) => argument), ...carried]) },
      ],
    }
  },
})
