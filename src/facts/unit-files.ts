import type { CollectorInput } from '../model/collector.ts'
import type { Units } from '../model/facts-services.ts'

type Origin = Units['units'][number]['origin']

/** Names of the units that osferry looks at. */
export const unitName = /^[\w:.\\@-]+\.(?:service|socket|timer|path|mount)$/

/** How systemd holds a unit: `loaded`, `masked`, `error`, ...; what it does; and in detail. */
interface LoadedUnit {
  load: string
  active: string
  sub: string
}

/** `systemctl list-units --plain`: name -> state; units without a file (`not-found`) are left out. */
export function parseLoadedUnits(lines: readonly string[]): ReadonlyMap<string, LoadedUnit> {
  const loaded = new Map<string, LoadedUnit>()
  for (const line of lines) {
    const [name, load, active, sub] = line.replace(/^[^\w-]+/, '').split(/\s+/)
    if (name === undefined || load === undefined || active === undefined || sub === undefined) continue
    if (!unitName.test(name) || load === 'not-found' || !/^[a-z-]+$/.test(active)) continue
    loaded.set(name, { load, active, sub })
  }
  return loaded
}

/** Unit files below /etc and /run, which win over the vendor's of the same name. */
export function localUnitFiles(input: CollectorInput): [string, { path: string; origin: Origin }][] {
  const rows: [string, { path: string; origin: Origin }][] = []
  for (const path of [...input.paths.keys()].sort()) {
    const [, place, name = ''] =
      /^\/(run|etc)\/systemd\/(?:system|generator(?:\.\w+)?)\/([^/]+)$/.exec(path) ?? []
    if (place === undefined || !unitName.test(name)) continue
    rows.push([name, { path, origin: place === 'run' ? 'runtime' : administratorOr(input, path) }])
  }
  // `etc` before `run` in alphabetical order: turned round, so that the administrator's file is set last and wins.
  return rows.toReversed()
}

/** Units that a link of some `*.wants` or `*.requires` directory below /etc starts. */
export function enabledOnDisk(input: CollectorInput): ReadonlySet<string> {
  const links = [
    ...input.pathsMatching('/etc/systemd/system/*.wants/*'),
    ...input.pathsMatching('/etc/systemd/system/*.requires/*'),
  ]
  return new Set(links.map((path) => path.slice(path.lastIndexOf('/') + 1)))
}

/** A link to a unit of the vendor is an alias that `systemctl enable` made, not the administrator's own unit. */
function administratorOr(input: CollectorInput, path: string): Origin {
  const target = input.paths.get(path)?.target
  return target?.startsWith('/usr/lib/systemd/') === true ? 'vendor' : 'administrator'
}
