import { defineCollector, FactGap } from '../model/collector.ts'
import type { Images } from '../model/facts-container.ts'
import type { ImageList } from './image-lists.ts'
import { fromCri, fromCtr, fromDocker, fromStorage } from './image-lists.ts'
import { imagesScript } from './images-script.ts'
import { parseJsonObject } from './json.ts'
import { linesOf, namesOf, parseMarked } from './marked.ts'

/** Where images may be: the names of sockets and lists in the answer, and the programs that mean that they are there. */
const stores = [
  { id: 'containerd', runtime: 'containerd', programs: ['containerd'] },
  { id: 'k3s', runtime: 'containerd', programs: ['k3s', 'rke2'] },
  { id: 'crio', runtime: 'crio', programs: ['crio'] },
  { id: 'docker', runtime: 'docker', programs: ['dockerd'] },
  { id: 'podman', runtime: 'podman', programs: ['podman', 'buildah'] },
] as const
type Store = (typeof stores)[number]

interface Counted extends ImageList {
  id: Store['id']
  runtime: Store['runtime']
}

/** Images of the runtimes on this host, and which of them no registry is known to have. */
export const images = defineCollector({
  fact: 'images',
  set: 'full',
  command:
    'crictl images -o json; ctr namespaces ls; ctr -n k8s.io images ls; docker images --digests --no-trunc; podman images',
  timeoutMs: 30_000,
  maxBytes: 2 * 1024 * 1024,
  script: imagesScript,
  parse({ stdout, privilege }) {
    const parts = parseMarked(stdout)
    const lists = new Map(stores.map((store) => [store.id, listOf(parts, store)]))
    // CRI-O keeps its images in podman's storage: its own list holds both, and without it the storage does.
    const shared = lists.get('podman') ?? null
    const isCrioListed = lists.get('crio') !== null
    if (shared !== null && isCrioListed) lists.set('podman', { ...shared, total: 0, unproven: [] })
    if (shared !== null && !isCrioListed && isHere(parts, 'crio')) lists.set('crio', joined([]))
    const counted = stores.flatMap(({ id, runtime }): Counted[] => {
      const list = lists.get(id) ?? null
      return list === null ? [] : [{ id, runtime, ...list }]
    })
    const silent = stores.filter(({ id }) => lists.get(id) === null && isHere(parts, id))
    const biggest = counted.toSorted((a, b) => b.total - a.total)[0]
    if (biggest === undefined && (silent.length > 0 || !parts.has('no socket'))) {
      throw new FactGap(privilege === 'user' ? 'permission-denied' : 'failed', complaint(parts, silent))
    }
    const value: Images = {
      runtime: biggest?.runtime ?? 'none',
      total: counted.reduce((sum, row) => sum + row.total, 0),
      stores: counted.map(({ id }) => id),
      localOnly: counted.flatMap((row) => row.localOnly),
    }
    const unproven = counted.flatMap((row) => row.unproven ?? [])
    const notes = [
      ...(silent.length === 0 ? [] : [complaint(parts, silent)]),
      ...unlisted(parts),
      ...(unproven.length === 0 ? [] : [mayBeLocal(unproven)]),
    ]
    return notes.length === 0 ? value : { value, degraded: notes.join('; ') }
  },
})

type Parts = ReadonlyMap<string, readonly string[]>

/** A runtime that is stopped still has its images on the disk. */
function isHere(parts: Parts, id: Store['id']): boolean {
  const programs = stores.find((store) => store.id === id)?.programs ?? []
  return (
    parts.has(`socket ${id}`) ||
    programs.some((program) => parts.has(`installed ${program}`)) ||
    ['denied', 'json '].some((part) => namesOf(parts, `${id} ${part}`).length > 0)
  )
}

function isPodmanRead(parts: Parts): boolean {
  return (
    namesOf(parts, 'podman store ').length > 0 &&
    namesOf(parts, 'podman json ').every((path) => rowsOf(parts, path) !== null)
  )
}

/** Namespaces of a containerd whose images nobody looked at. */
function unlisted(parts: Parts): string[] {
  return stores.flatMap(({ id }) =>
    namesOf(parts, `${id} unlisted `).map((what) => `${id} did not list the images of its ${what}`),
  )
}

function mayBeLocal(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `podman does not tell whether these were pulled or made here: ${names.slice(0, 3).join(', ')}${more}`
}

function complaint(parts: Parts, silent: readonly Store[]): string {
  if (silent.length === 0) return 'the runtime did not list its images'
  return silent
    .map(({ id }) =>
      parts.has(`socket ${id}`) || id === 'podman'
        ? `${id} did not list its images`
        : `${id} is installed but does not run: its images are not known`,
    )
    .join('; ')
}

function listOf(parts: Parts, { id }: Store): ImageList | null {
  if (id === 'podman') return podmanList(parts)
  const own = ownList(parts, id)
  if (own === null) return null
  const others = namesOf(parts, `${id} images of `).map((namespace) =>
    fromCtr(
      linesOf(parts, `${id} images of ${namespace}`),
      new Set(linesOf(parts, `${id} pulled into ${namespace}`)),
    ),
  )
  return joined([own, ...others])
}

function ownList(parts: Parts, id: Store['id']): ImageList | null {
  if (parts.has(`${id} json`)) return fromCri(parts.get(`${id} json`)?.join('\n') ?? '')
  if (!parts.has(`${id} table`)) return null
  const lines = linesOf(parts, `${id} table`)
  return id === 'docker' ? fromDocker(lines) : fromCtr(lines)
}

function podmanList(parts: Parts): ImageList | null {
  if (!isPodmanRead(parts)) return null
  return joined(namesOf(parts, 'podman json ').map((path) => fromStorage(rowsOf(parts, path) ?? [])))
}

function joined(lists: readonly ImageList[]): ImageList {
  return {
    total: lists.reduce((sum, { total }) => sum + total, 0),
    localOnly: lists.flatMap(({ localOnly }) => localOnly),
    unproven: lists.flatMap(({ unproven = [] }) => unproven),
  }
}

/** `images.json` of containers/storage is one list; null when it is no such file, or was cut. */
function rowsOf(parts: Parts, path: string): readonly unknown[] | null {
  const text = (parts.get(`podman json ${path}`) ?? []).join('\n').trim()
  const rows = parseJsonObject(`{"images":${text === '' ? '[]' : text}}`)?.get('images')
  return Array.isArray(rows) ? rows : null
}
