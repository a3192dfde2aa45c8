import { wordsOf, type UnitSetting } from './unit-file.ts'

/** A unit whose place in the order is looked at: its own file, with the drop-ins that it has here. */
export interface OrderedUnit {
  name: string
  settings: readonly UnitSetting[]
}

/** What every system has, each one before the next. bootup(7) */
const boot = [
  'local-fs-pre.target',
  'local-fs.target',
  'sysinit.target',
  'basic.target',
  'multi-user.target',
  'graphical.target',
] as const

/** The units of the first circle of `After` and `Before`, in order; systemd breaks it by leaving one of them out. */
export function orderingCycle(units: readonly OrderedUnit[]): string[] | undefined {
  const after = new Map<string, Set<string>>()
  const add = (later: string, earlier: string): void => {
    const known = after.get(later) ?? new Set()
    after.set(later, known.add(earlier))
  }
  boot.slice(1).forEach((target, index) => add(target, boot[index] ?? ''))
  for (const unit of units) addUnit(unit, add)
  return firstCycle(after)
}

function addUnit({ name, settings }: OrderedUnit, add: (later: string, earlier: string) => void): void {
  for (const earlier of wordsOf(settings, 'Unit', 'After')) add(name, earlier)
  for (const later of wordsOf(settings, 'Unit', 'Before')) add(later, name)
  const isPlain = !wordsOf(settings, 'Unit', 'DefaultDependencies').some((word) =>
    /^(no|false|off|0)$/i.test(word),
  )
  if (!isPlain) return
  if (name.endsWith('.service')) for (const target of ['sysinit.target', 'basic.target']) add(name, target)
  if (name.endsWith('.mount')) {
    add(name, 'local-fs-pre.target')
    const isRemote = settings.some(({ key, value }) => key === 'Options' && /(^|,)_netdev(,|$)/.test(value))
    if (!isRemote) add('local-fs.target', name)
  }
  // A target waits for what it wants, when nothing says otherwise.
  for (const key of ['WantedBy', 'RequiredBy'])
    for (const target of wordsOf(settings, 'Install', key)) if (target.endsWith('.target')) add(target, name)
}

function firstCycle(after: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>()
  for (const start of after.keys()) {
    const found = walk(start, [])
    if (found !== undefined) return found
  }
  return undefined

  function walk(name: string, way: readonly string[]): string[] | undefined {
    const seen = way.indexOf(name)
    if (seen !== -1) return way.slice(seen)
    if (done.has(name)) return undefined
    for (const earlier of after.get(name) ?? []) {
      const found = walk(earlier, [...way, name])
      if (found !== undefined) return found
    }
    done.add(name)
    return undefined
  }
}
