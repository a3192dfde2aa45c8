import { defineCheck, pass, type CheckContext, type CheckOutcome } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import type { SymbolAnswer } from '../src/model/kernel.ts'
import type { Severity } from '../src/model/target.ts'

type OutOfTree = FactValue<'moduleFiles'>['outOfTree'][number]
type Fate = 'loads' | 'rebuild' | 'port' | 'unknown'

/** Modules built outside the kernel package: which still load, which are rebuilt, which need porting. */
export const kernelOutOfTreeModules = defineCheck({
  id: 'kernel-out-of-tree-modules',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['moduleFiles'],
  severity: 'high',
  title: { en: 'Out-of-tree kernel modules are loaded', zh: '加载了树外（第三方）内核模块' },
  what: {
    en: 'A module built outside the kernel package loads only where every symbol it uses has the same CRC. RHCK keeps the CRCs of the stable kABI list; every ANCK needs a rebuild, and symbols that are gone need a change of the source. ContainerOS has no place to install modules: they belong into the image or a driver container.',
    zh: '在内核软件包之外构建的模块，只有所用符号的 CRC 完全一致才能加载。RHCK 保持稳定 kABI 列表中的 CRC；ANCK 一律需要重新编译，已消失的符号还需修改源码。ContainerOS 无处安装模块，只能放入镜像或驱动容器。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Get a build for the target’s kernel from the vendor, or rebuild from source with the target’s kernel-devel, before the move.',
        zh: '迁移前请向厂商获取目标内核对应的版本，或使用目标内核的 kernel-devel 重新编译。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 10 },
  sources: [
    'Module.kabi of kernel 4.18.0-513.18.1.el8_9',
    'https://gitee.com/anolis/cloud-kernel (CK_KABI_RESERVE)',
  ],
  evaluate({ moduleFiles }, context) {
    const rows = moduleFiles.outOfTree.map((module) => judgeModule(module, context))
    for (const name of moduleFiles.withoutFile) {
      rows.push({ name, fate: 'unknown', detail: 'no file found' })
    }
    if (rows.length === 0) return pass
    return report(rows, context)
  },
})

interface Row {
  name: string
  fate: Fate
  detail: string
}

function judgeModule(module: OutOfTree, { kernel, kernelLine }: CheckContext): Row {
  const built = module.vermagic?.split(' ')[0] ?? 'no vermagic'
  if (module.symbols === null) {
    const fate = kernelLine === 'rhck-4.18' ? 'unknown' : 'rebuild'
    return { name: module.name, fate, detail: `${built}, symbols not readable` }
  }
  const counts: Record<SymbolAnswer, string[]> = { same: [], changed: [], gone: [], unknown: [] }
  for (const { name, crc } of module.symbols) counts[kernel.symbol(name, crc)].push(name)
  const detail = `${built}, symbols: ${counts.same.length} same, ${counts.changed.length} changed, ${counts.gone.length} gone, ${counts.unknown.length} unknown`
  if (counts.gone.length > 0) {
    return { name: module.name, fate: 'port', detail: `${detail} (${nameSome(counts.gone)})` }
  }
  if (kernelLine !== 'rhck-4.18' || counts.changed.length > 0) {
    return { name: module.name, fate: 'rebuild', detail }
  }
  return { name: module.name, fate: counts.unknown.length > 0 ? 'unknown' : 'loads', detail }
}

function report(rows: readonly Row[], { target, kernelLine }: CheckContext): CheckOutcome {
  const evidence = [
    {
      fact: 'moduleFiles' as const,
      excerpt: excerptOf(rows.map((row) => `${row.name}: ${row.fate} (${row.detail})`)),
    },
  ]
  const names = (fate: Fate): string =>
    nameSome(rows.filter((row) => row.fate === fate).map(({ name }) => name))
  const parts = fates.flatMap(({ fate, en, zh }) =>
    names(fate) === '' ? [] : [{ en: `${en}: ${names(fate)}`, zh: `${zh}：${names(fate)}` }],
  )
  const here = {
    en: `On ${kernelLine}: ${parts.map(({ en }) => en).join('; ')}.`,
    zh: `在 ${kernelLine} 上：${parts.map(({ zh }) => zh).join('；')}。`,
  }
  const known = rows.filter(({ fate }) => fate !== 'unknown')
  if (known.length === 0) return { status: 'unknown', reason: here, evidence }
  const severity: Severity =
    target !== 'containeros' && rows.every(({ fate }) => fate === 'loads') ? 'low' : 'high'
  return { status: 'fail', severity, here, evidence }
}

const fates = [
  { fate: 'port', en: 'source must be ported', zh: '需移植源码' },
  { fate: 'rebuild', en: 'must be rebuilt', zh: '需重新编译' },
  { fate: 'unknown', en: 'not known', zh: '未知' },
  { fate: 'loads', en: 'still loads', zh: '可继续加载' },
] as const
