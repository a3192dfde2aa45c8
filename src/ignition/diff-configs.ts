import { canonicalJson } from '../model/canonical-json.ts'
import { compareText } from '../model/compare-text.ts'
import type { IgnitionConfig } from './config.ts'
import { textOf } from './text-file.ts'

/** One thing that another configuration has otherwise. */
export interface ConfigChange {
  kind: 'added' | 'removed' | 'changed'
  /** `file /etc/hostname`, `unit kubelet.service`, `user ops`, `kernel argument quiet`. */
  what: string
  /** Lines that only one of them has, with - and +; of what has no lines, its JSON. */
  lines: readonly string[]
}

/** What `after` has otherwise than `before`, by name; nothing when both would make the same machine. */
export function diffConfigs(before: IgnitionConfig, after: IgnitionConfig): ConfigChange[] {
  const [old, fresh] = [partsOf(before), partsOf(after)]
  const names = [...new Set([...old.keys(), ...fresh.keys()])].toSorted(compareText)
  return names.flatMap((what): ConfigChange[] => {
    const [was, is] = [old.get(what), fresh.get(what)]
    if (was === is) return []
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    return [{ kind, what, lines: lineChanges(was ?? '', is ?? '') }]
  })
}

/** Every part as text, by a name that stays the same when its place in a list changes. */
function partsOf({
  ignition,
  kernelArguments,
  passwd,
  storage,
  systemd,
}: IgnitionConfig): Map<string, string> {
  const { version, ...rest } = ignition
  return new Map([
    ['version', version],
    ...named(
      'ignition',
      Object.entries(rest),
      ([key]) => key,
      ([, value]) => canonicalJson(value),
    ),
    ...named(
      'kernel argument',
      kernelArguments?.shouldExist,
      (word) => word,
      () => 'wanted',
    ),
    ...named(
      'kernel argument',
      kernelArguments?.shouldNotExist,
      (word) => word,
      () => 'unwanted',
    ),
    ...named('user', passwd?.users, ({ name }) => name, canonicalJson),
    ...named('group', passwd?.groups, ({ name }) => name, canonicalJson),
    ...named('disk', storage?.disks, ({ device }) => device, canonicalJson),
    ...named('raid', storage?.raid, ({ name }) => name, canonicalJson),
    ...named('luks', storage?.luks, ({ name }) => name, canonicalJson),
    ...named('file system', storage?.filesystems, ({ device }) => device, canonicalJson),
    ...named('directory', storage?.directories, ({ path }) => path, canonicalJson),
    ...named('link', storage?.links, ({ path }) => path, canonicalJson),
    ...named(
      'file',
      storage?.files,
      ({ path }) => path,
      (file) => {
        const text = textOf(file)
        return text === undefined
          ? canonicalJson(file)
          : `${canonicalJson({ ...file, contents: undefined })}\n${text}`
      },
    ),
    ...named(
      'unit',
      systemd?.units,
      ({ name }) => name,
      ({ contents, dropins, ...unit }) =>
        [
          canonicalJson(unit),
          contents ?? '',
          ...(dropins ?? []).flatMap((dropin) => [`# ${dropin.name}`, dropin.contents ?? '']),
        ].join('\n'),
    ),
  ])
}

function named<T>(...[kind, items, nameOf, write]: Naming<T>): [string, string][] {
  return (items ?? []).map((item) => [`${kind} ${nameOf(item)}`, write(item)])
}
type Naming<T> = [
  kind: string,
  items: readonly T[] | null | undefined,
  nameOf: (item: T) => string,
  write: (item: T) => string,
]

/** Lines that only one text has, in their order, as often as they stand there more. */
function lineChanges(was: string, is: string): string[] {
  const [old, fresh] = [was.split('\n'), is.split('\n')]
  return [...extra(old, fresh).map((line) => `-${line}`), ...extra(fresh, old).map((line) => `+${line}`)]
}

function extra(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0 && line !== ''
  })
}
