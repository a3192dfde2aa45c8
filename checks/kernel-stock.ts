import { parseKernelRelease } from '../src/kernel/release-name.ts'
import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** Kernels that did not come from CentOS say nothing about RHCK and keep their own drivers. */
export const kernelStock = defineCheck({
  id: 'kernel-stock',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kernel'],
  severity: 'block',
  worstSeverity: { containeros: 'low' },
  title: { en: 'The running kernel is not the distribution’s', zh: '运行的不是发行版内核' },
  what: {
    en: 'A kernel from elrepo, UEK, centosplus, kernel-rt or an own build is not replaced by the conversion, and its drivers and settings may be missing in the target’s kernel.',
    zh: '来自 elrepo、UEK、centosplus、kernel-rt 或自行编译的内核不会被迁移替换，其驱动与配置在目标内核中可能不存在。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Boot the CentOS kernel, prove that storage and network work with it, and remove the other one.',
        zh: '启动到 CentOS 自带内核，确认存储与网络正常，再移除其他内核。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 20 },
  sources: ['https://github.com/oamg/convert2rhel (RHEL_COMPATIBLE_KERNEL)'],
  evaluate({ kernel }, { target }) {
    const parsed = parseKernelRelease(kernel.release)
    if (parsed !== null && /^an|^al|^lifsea/.test(parsed.dist)) {
      return notApplicable('The running kernel is one of the targets’ own.', '运行的已是目标系统的内核。')
    }
    const flavour = flavours.find(({ pattern }) => pattern.test(kernel.release))
    if (parsed !== null && parsed.version === '4.18.0' && flavour === undefined) return pass
    const name = flavour?.name ?? 'not a 4.18.0 el8 build'
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'low' : 'block',
      here: {
        en: `This host runs ${kernel.release} (${name}).`,
        zh: `该主机运行 ${kernel.release}（${flavour?.name ?? '非 4.18.0 el8 内核'}）。`,
      },
      evidence: [{ fact: 'kernel', excerpt: `${kernel.release} ${kernel.build}` }],
    }
  },
})

const flavours = [
  { pattern: /elrepo/, name: 'elrepo' },
  { pattern: /uek/, name: 'UEK' },
  { pattern: /\.rt\d|-rt/, name: 'kernel-rt' },
  { pattern: /centos\.plus|\.plus/, name: 'centosplus' },
  { pattern: /linode/, name: 'linode' },
] as const
