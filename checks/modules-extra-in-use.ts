import { extraModulesSource, isExtraModule } from '../src/kernel/extra-modules.ts'
import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Modules that need a package which neither the conversion nor an image brings by itself. */
export const modulesExtraInUse = defineCheck({
  id: 'modules-extra-in-use',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['modules'],
  severity: 'medium',
  worstSeverity: { containeros: 'high' },
  title: { en: 'Modules of kernel-modules-extra are in use', zh: '使用了 kernel-modules-extra 中的模块' },
  what: {
    en: 'el8 keeps rarely used modules (SCTP, netem, L2TP, IPVS mh, ...) in kernel-modules-extra and blacklists them. The package must be installed for the target’s kernel too. ContainerOS has no package manager: there they can only come with the image.',
    zh: 'el8 将少用的模块（SCTP、netem、L2TP、IPVS mh 等）放在 kernel-modules-extra 中并加入黑名单，目标内核也须安装该软件包。ContainerOS 没有包管理器，只能由镜像提供。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['dnf', '-y', 'install', 'kernel-modules-extra'],
      text: {
        en: 'After the conversion, for the target’s kernel, before workloads come back.',
        zh: '在迁移之后、业务恢复之前，为目标内核安装。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 5 },
  sources: ['mod-extra.list and mod-blacklist.sh of kernel 4.18.0-513.18.1.el8_9'],
  evaluate({ modules }, { target, kernelLine }) {
    const used = modules.loaded.map(({ name }) => name).filter(isExtraModule)
    if (used.length === 0) return pass
    const names = nameSome(used)
    const immutable = target === 'containeros'
    return {
      status: 'fail',
      severity: immutable ? 'high' : 'medium',
      here: immutable
        ? {
            en: `${names} cannot be added to ContainerOS; ask whether the image has them.`,
            zh: `ContainerOS 无法添加 ${names}，请确认镜像中是否包含。`,
          }
        : {
            en: `${names} need kernel-modules-extra of ${kernelLine}.`,
            zh: `${names} 需要安装 ${kernelLine} 对应的 kernel-modules-extra。`,
          },
      evidence: [{ fact: 'modules', excerpt: excerptOf([...used, extraModulesSource]) }],
      ...(immutable ? { remedies: imageHint } : {}),
    }
  },
})

const imageHint = [
  {
    kind: 'hint' as const,
    text: {
      en: 'Ask the owner of the image to include the modules, or keep these hosts on Anolis OS.',
      zh: '请镜像维护方加入这些模块，或将这些主机保留在 Anolis OS 上。',
    },
  },
]
