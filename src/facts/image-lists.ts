import type { Images } from '../model/facts-container.ts'
import { objectOf, parseJsonObject, stringOf, stringsOf } from './json.ts'
import { distinct } from './marked.ts'

type LocalImage = Images['localOnly'][number]

/** Images of one runtime: how many, and those that no registry is known to have. */
export interface ImageList {
  total: number
  localOnly: LocalImage[]
  /** Names of images of which nobody can tell whether they were pulled or built here. */
  unproven?: string[]
}

/**
 * Images of containers/storage. What is built gets the host name `localhost` unless its maker gave another; anything
 * else carries the name of a registry, which does not prove that the registry has it. Source: https://github.com/containers/storage, images.go (Image)
 */
export function fromStorage(entries: readonly unknown[]): ImageList {
  const rows = entries.flatMap((entry) => objectOf(entry) ?? [])
  const localOnly = rows.flatMap((row): LocalImage[] => {
    const tags = stringsOf(row.get('names')).filter((name) => !name.includes('@'))
    const isLocal = tags.length > 0 && tags.every((tag) => tag.startsWith('localhost/'))
    return isLocal ? [{ id: `sha256:${stringOf(row.get('id')) ?? ''}`, tags, sizeBytes: null }] : []
  })
  const unproven = rows
    .map((row) =>
      stringsOf(row.get('names')).find((name) => !name.includes('@') && !name.startsWith('localhost/')),
    )
    .filter((name) => name !== undefined)
  return { total: rows.length, localOnly, unproven }
}

/** `crictl images -o json`; null when it is no such answer. */
export function fromCri(json: string): ImageList | null {
  const list = parseJsonObject(json)?.get('images')
  if (!Array.isArray(list)) return null
  const rows = list.flatMap((entry) => objectOf(entry) ?? [])
  const localOnly = rows.flatMap((row): LocalImage[] => {
    const tags = stringsOf(row.get('repoTags'))
    if (stringsOf(row.get('repoDigests')).length > 0 || tags.length === 0) return []
    const size = Number(row.get('size'))
    return [{ id: stringOf(row.get('id')) ?? '', tags, sizeBytes: Number.isSafeInteger(size) ? size : null }]
  })
  return { total: rows.length, localOnly }
}

/** `docker images --digests`: an image is local when none of its rows has a digest. Untagged build leftovers do not count. */
export function fromDocker(lines: readonly string[]): ImageList {
  const rows = lines.map((line) => line.split('\t')).filter((row) => row.length === 5 && row[0] !== '')
  const known = new Set(
    rows.flatMap(([id, , , digest]) => (digest === '<none>' || id === undefined ? [] : [id])),
  )
  const ids = distinct(rows.flatMap(([id]) => id ?? []))
  const localOnly = ids.flatMap((id): LocalImage[] => {
    const own = rows.filter((row) => row[0] === id)
    const tags = own.flatMap(([, name, tag]) =>
      name === '<none>' || tag === '<none>' ? [] : [`${name}:${tag}`],
    )
    return known.has(id) || tags.length === 0 ? [] : [{ id, tags, sizeBytes: sizeOf(own[0]?.[4] ?? '') }]
  })
  return { total: ids.length, localOnly }
}

/**
 * `ctr images ls`: REF TYPE DIGEST SIZE ...; CRI adds a reference by digest to all that it pulled. `pulled` are digests
 * whose content is labelled with the registry that it came from.
 */
export function fromCtr(lines: readonly string[], pulled: ReadonlySet<string> = new Set()): ImageList {
  const rows = lines.flatMap((line) => {
    const [ref, type, digest] = line.trim().split(/\s+/)
    return ref !== undefined && type !== undefined && digest?.startsWith('sha256:') === true
      ? [{ ref, digest, line }]
      : []
  })
  const named = rows.filter(({ ref }) => ref.includes('@sha256:')).map(({ digest }) => digest)
  const known = new Set([...named, ...pulled])
  const digests = distinct(rows.map(({ digest }) => digest))
  const localOnly = digests.flatMap((id): LocalImage[] => {
    const own = rows.filter(({ digest }) => digest === id)
    const tags = own.map(({ ref }) => ref).filter((ref) => !ref.startsWith('sha256:') && !ref.includes('@'))
    const size = /\s([\d.]+ ?[KMGT]?i?B)\s/.exec(own[0]?.line ?? '')?.[1]
    return known.has(id) || tags.length === 0 ? [] : [{ id, tags, sizeBytes: sizeOf(size ?? '') }]
  })
  return { total: digests.length, localOnly }
}

const units: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
])

/** `133MB`, `296.5 KiB`; rounded as the runtime printed it. */
function sizeOf(text: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kKMGT]?i?B)$/.exec(text) ?? []
  const factor = units.get(unit ?? '')
  return number === undefined || factor === undefined ? null : Math.round(Number(number) * factor)
}
