import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'
import type { Severity } from '../src/model/target.ts'

/** What the kernel says of itself: foreign modules, and errors since it started. */
export const kernelTainted = defineCheck({
  id: 'kernel-tainted',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kernel'],
  uses: ['modules'],
  severity: 'medium',
  title: { en: 'The kernel is tainted', zh: '内核已被污染（tainted）' },
  what: {
    en: 'The taint flags tell that proprietary, unsigned or out-of-tree modules were loaded, or that the kernel met an error since it started. Conversion tools stop on foreign modules; a host with errors should be repaired before it is moved.',
    zh: 'taint 标志表明曾加载专有、未签名或树外模块，或者启动以来内核出现过错误。迁移工具会因外来模块而停止；出现过错误的主机应先修复再迁移。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find a build of the named modules for the target, or unload and blacklist them. After kernel errors look at the kernel log, repair, restart.',
        zh: '为相关模块准备目标系统的版本，或将其卸载并加入黑名单；如为内核错误，请检查内核日志，修复后重启。',
      },
    },
    { kind: 'command', argv: ['grep', '(', '/proc/modules'] },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: [
    'https://docs.kernel.org/admin-guide/tainted-kernels.html',
    'https://github.com/oamg/convert2rhel (TAINTED_KMODS)',
  ],
  evaluate({ kernel, modules }, { target }) {
    const { taint } = kernel
    if (taint === null) return unknown('The taint flags could not be read.', '无法读取 taint 标志。')
    // Bits above 30 do not exist; >>> keeps the arithmetic unsigned.
    const set = flags.filter(({ bit }) => ((taint >>> bit) & 1) === 1)
    if (set.length === 0) return pass
    const names = modules?.loaded.filter((module) => module.taint !== '').map(({ name }) => name) ?? []
    const by = names.length === 0 ? '' : ` (${nameSome(names)})`
    const graver = set.some(({ severity }) => severity === 'medium')
    return {
      status: 'fail',
      severity: graver && target !== 'containeros' ? 'medium' : 'low',
      here: {
        en: `Taint ${taint}: ${set.map(({ en }) => en).join(', ')}${by}.`,
        zh: `taint 值 ${taint}：${set.map(({ zh }) => zh).join('、')}${by}。`,
      },
      evidence: [
        { fact: 'kernel', excerpt: `tainted ${taint}: ${set.map(({ letter }) => letter).join('')}` },
      ],
    }
  },
})

interface Flag {
  bit: number
  letter: string
  severity: Severity
  en: string
  zh: string
}

/** Documentation/admin-guide/tainted-kernels.rst; bits 28 and 29 are Red Hat's own. */
const flags: readonly Flag[] = [
  { bit: 0, letter: 'P', severity: 'medium', en: 'proprietary module', zh: '专有模块' },
  { bit: 1, letter: 'F', severity: 'medium', en: 'module was force-loaded', zh: '强制加载的模块' },
  { bit: 3, letter: 'R', severity: 'medium', en: 'module was force-unloaded', zh: '强制卸载的模块' },
  { bit: 4, letter: 'M', severity: 'medium', en: 'machine check', zh: '硬件机器检查异常' },
  { bit: 5, letter: 'B', severity: 'medium', en: 'bad page', zh: '坏页' },
  { bit: 7, letter: 'D', severity: 'medium', en: 'kernel oops', zh: '内核 oops' },
  { bit: 9, letter: 'W', severity: 'low', en: 'kernel warning', zh: '内核警告' },
  { bit: 10, letter: 'C', severity: 'low', en: 'staging driver', zh: 'staging 驱动' },
  { bit: 12, letter: 'O', severity: 'medium', en: 'out-of-tree module', zh: '树外模块' },
  { bit: 13, letter: 'E', severity: 'medium', en: 'unsigned module', zh: '未签名模块' },
  { bit: 14, letter: 'L', severity: 'low', en: 'soft lockup', zh: '软锁死' },
  { bit: 15, letter: 'K', severity: 'low', en: 'live patch', zh: '热补丁' },
  { bit: 28, letter: 'H', severity: 'low', en: 'hardware without support', zh: '不受支持的硬件' },
  { bit: 29, letter: 'T', severity: 'low', en: 'technology preview', zh: '技术预览功能' },
]
