import type { KernelAnswerWithSource, KernelLine, KernelProfile, SymbolAnswer } from '../model/kernel.ts'
import type { ConfigTable } from './config-table.ts'
import { containerOsModules, isContainerOsModule } from './container-essentials.ts'
import { isKnownArchitecture, kernelTables, type KernelTables } from './kernel-tables.ts'
import { moduleKey } from './module-table.ts'
import { renamedModule } from './renamed-modules.ts'

/** The kernel of a line as far as the built-in tables know it; what they do not hold is `unknown`. */
export function builtinKernelProfile(line: KernelLine, arch: string): KernelProfile {
  const id = `builtin:${line}:${arch}`
  const known = profiles.get(id)
  if (known !== undefined) return known
  const tables = kernelTables(line, arch)
  const profile: KernelProfile = {
    id,
    line,
    arch,
    completeness: completeness(line, tables),
    module: remembered((name) => moduleAnswer(moduleKey(name), line, tables)),
    option: remembered((name) => optionAnswer(name, line, tables.config)),
    symbol: (name, crc) => symbolAnswer(tables, name, crc),
  }
  // Hosts name their own architecture: only the known ones are kept, or a fleet could fill the memory.
  if (isKnownArchitecture(arch)) profiles.set(id, profile)
  return profile
}

const profiles = new Map<string, KernelProfile>()

/** Hosts of a fleet ask for the same few hundred names over and over. */
function remembered(ask: (name: string) => KernelAnswerWithSource): (name: string) => KernelAnswerWithSource {
  const answers = new Map<string, KernelAnswerWithSource>()
  return (name) => {
    const known = answers.get(name)
    if (known !== undefined) return known
    const answer = ask(name)
    if (answers.size < 50_000) answers.set(name, answer)
    return answer
  }
}

function optionAnswer(name: string, line: KernelLine, config: ConfigTable): KernelAnswerWithSource {
  const option = name.replace(/^CONFIG_/, '')
  const state = config.get(option)
  if (state === undefined) return unknownIn(line)
  const essentials: readonly string[] = containerOsModules.options
  const trimmed = line === 'containeros' && state.answer === 'module' && !essentials.includes(option)
  return trimmed ? { answer: 'unknown', source: containerOsModules.source } : state
}

function moduleAnswer(name: string, line: KernelLine, tables: KernelTables): KernelAnswerWithSource {
  const renamed = renamedModule(name, line)
  if (renamed !== undefined) {
    return { answer: 'absent', source: renamed.source, replacedBy: renamed.replacedBy }
  }
  let best: KernelAnswerWithSource | undefined
  for (const option of tables.modules.get(name) ?? []) {
    const state = tables.config.get(option)
    const found = state === undefined ? unknownIn(line) : { ...state, source: `${state.source} (${option})` }
    if (best === undefined || rank[found.answer] > rank[best.answer]) best = found
  }
  if (best === undefined) return unknownIn(line)
  if (best.answer === 'module' && tables.extra.has(name)) best = { ...best, answer: 'extra' }
  const trimmed = line === 'containeros' && (best.answer === 'extra' || !isContainerOsModule(name))
  return trimmed && best.answer !== 'absent' && best.answer !== 'builtin'
    ? { answer: 'unknown', source: containerOsModules.source }
    : best
}

/** When several options build a module, one that is there is enough; a silent one leaves it open. */
const rank = { builtin: 4, module: 3, extra: 2, unknown: 1, absent: 0 } as const

function symbolAnswer(tables: KernelTables, name: string, crc: string | null): SymbolAnswer {
  const stable = tables.stableSymbols.get(name)
  if (stable === undefined) return 'unknown'
  if (tables.symbolsKeepCrc) return crc !== null && sameCrc(crc, stable) ? 'same' : 'changed'
  if (tables.goneSymbols === null) return 'unknown'
  return tables.goneSymbols.has(name) ? 'gone' : 'changed'
}

function sameCrc(a: string, b: string): boolean {
  return normalCrc(a) === normalCrc(b)
}

function normalCrc(crc: string): string {
  return crc.toLowerCase().replace(/^0x/, '').padStart(8, '0')
}

function unknownIn(line: KernelLine): KernelAnswerWithSource {
  return { answer: 'unknown', source: `not in the built-in data of ${line}` }
}

function completeness(line: KernelLine, tables: KernelTables): KernelProfile['completeness'] {
  if (tables.config.size === 0) {
    return {
      en: 'Nothing is known of this kernel on this architecture: every answer is unknown.',
      zh: '没有该内核在此架构上的数据：所有结论均为未知。',
    }
  }
  return {
    'rhck-4.18': {
      en: 'Configurations of 8.9, 8.8 and 8.0 kernels and the stable kABI list of 8.9; implied options may be unknown.',
      zh: '包含 8.9、8.8、8.0 内核配置及 8.9 的稳定 kABI 列表；隐含选项可能未知。',
    },
    'anck-4.19': {
      en: 'An excerpt of the 4.19.91 configuration: most drivers are unknown. No kABI list.',
      zh: '仅含 4.19.91 配置的摘录：多数驱动未知；无 kABI 列表。',
    },
    'anck-5.10': {
      en: 'The 5.10.134 configuration without its input, GPU, sound and sensor menus; which stable el8 symbols are gone.',
      zh: '5.10.134 配置（不含输入、GPU、声音、传感器部分），以及已消失的 el8 稳定符号。',
    },
    containeros: {
      en: 'ANCK 5.10 without the drivers that the image may have trimmed: those are unknown until the image is asked.',
      zh: '以 ANCK 5.10 为准，镜像可能裁剪的驱动在实测之前一律视为未知。',
    },
  }[line]
}
