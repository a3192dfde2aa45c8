import { isHousekeeping } from '../src/kernel/housekeeping-modules.ts'
import { defineCheck, pass, type CheckOutcome } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Loaded modules that the target's kernel no longer has, apart from those that only changed their name. */
export const kernelModulesInTarget = defineCheck({
  id: 'kernel-modules-in-target',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['modules'],
  uses: ['moduleFiles'],
  severity: 'medium',
  title: { en: 'Loaded modules are missing in the target’s kernel', zh: '已加载的模块在目标内核中不存在' },
  what: {
    en: 'What a loaded module does stops when the target’s kernel has no such module: a scheduler class, a filesystem, a protocol. Modules that are built in or merged into another one are fine. Drivers of the root disk and the uplink are judged by checks of their own.',
    zh: '如果目标内核没有对应模块，其功能（调度类、文件系统、协议等）将失效。已内置或并入其他模块的不受影响。根磁盘与上行网卡的驱动由专门的检查负责。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find out what uses the module; move that use away, choose another kernel line, or ask the kernel’s vendor for the option.',
        zh: '确认模块的使用者，迁走相关用途，或改用其他内核，或请内核厂商打开相应选项。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 5 },
  sources: [
    'https://github.com/oamg/convert2rhel (ENSURE_KERNEL_MODULES_COMPATIBILITY)',
    'Configurations of kernels 4.18.0-513.18.1.el8_9, ANCK 4.19.91, ANCK 5.10.134',
  ],
  evaluate({ modules, moduleFiles }, { kernel, kernelLine }) {
    const foreign = new Set([
      ...(moduleFiles?.outOfTree.map(({ name }) => name) ?? []),
      ...(moduleFiles?.withoutFile ?? []),
      ...modules.loaded.filter(({ taint }) => /[POE]/.test(taint)).map(({ name }) => name),
    ])
    const absent: string[] = []
    const unknown: string[] = []
    for (const { name } of modules.loaded) {
      if (foreign.has(name) || isHousekeeping(name)) continue
      const { answer, replacedBy, source } = kernel.module(name)
      if (answer === 'absent' && replacedBy === undefined) absent.push(`${name}: ${source}`)
      // RHCK is the same line as CentOS 8's own kernel: what is not named as lost is still there.
      if (answer === 'unknown' && kernelLine !== 'rhck-4.18') unknown.push(name)
    }
    if (absent.length > 0) return lost(absent, unknown, kernelLine)
    if (unknown.length === 0) return pass
    return {
      status: 'unknown',
      reason: {
        en: `Loaded modules that the data of ${kernelLine} does not hold (${unknown.length}): ${nameSome(unknown)}.`,
        zh: `${kernelLine} 的数据未包含 ${unknown.length} 个已加载模块：${nameSome(unknown)}。`,
      },
      evidence: [{ fact: 'modules', excerpt: excerptOf(unknown) }],
    }
  },
})

function lost(absent: readonly string[], unknown: readonly string[], line: string): CheckOutcome {
  const names = nameSome(absent.map((row) => row.slice(0, row.indexOf(':'))))
  const more = unknown.length
  return {
    status: 'fail',
    here: {
      en: `${line} has no ${names}${more === 0 ? '' : `; not known: ${more} more`}.`,
      zh: `${line} 不包含 ${names}${more === 0 ? '' : `；另有 ${more} 个模块未知`}。`,
    },
    evidence: [{ fact: 'modules', excerpt: excerptOf(absent) }],
  }
}
