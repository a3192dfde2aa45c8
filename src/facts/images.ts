import { defineCollector, FactGap } from '../model/collector.ts'
import type { Images } from '../model/facts-container.ts'
import { objectOf, parseJsonObject, stringOf, stringsOf } from './json.ts'
import { distinct, linesOf, parseMarked } from './marked.ts'

/** Every runtime whose socket is there is asked; a client that finds no daemon ends within its time-out. */
const script = `containerd() {
  [ -S "$2" ] || return 0
  d=1
  printf '\\036socket %s\\n' "$1"
  if command -v crictl >/dev/null 2>&1 && o=$(timeout 8 crictl -r "unix://$2" -i "unix://$2" images -o json 2>/dev/null </dev/null); then
    printf '\\036%s json\\n%s\\n' "$1" "$o"
  elif command -v ctr >/dev/null 2>&1 && o=$(timeout 8 ctr -a "$2" -n k8s.io images ls 2>/dev/null </dev/null); then
    printf '\\036%s table\\n%s\\n' "$1" "$o"
  fi
}
d=
containerd containerd /run/containerd/containerd.sock
containerd k3s /run/k3s/containerd/containerd.sock
if [ -S /run/crio/crio.sock ]; then d=1
  printf '\\036socket crio\\n'
  if command -v crictl >/dev/null 2>&1 && o=$(timeout 8 crictl -r unix:///run/crio/crio.sock -i unix:///run/crio/crio.sock images -o json 2>/dev/null </dev/null); then
    printf '\\036crio json\\n%s\\n' "$o"
  fi
fi
if [ -S /run/docker.sock ]; then d=1
  printf '\\036socket docker\\n'
  if command -v docker >/dev/null 2>&1 && o=$(timeout 8 docker -H unix:///run/docker.sock images --digests --no-trunc --format '{{.ID}}\\t{{.Repository}}\\t{{.Tag}}\\t{{.Digest}}\\t{{.Size}}' 2>/dev/null </dev/null); then
    printf '\\036docker table\\n%s\\n' "$o"
  fi
fi
for b in containerd crio dockerd k3s rke2; do
  for p in /usr/bin /usr/local/bin /opt/bin /usr/sbin /usr/local/sbin /opt/rke2/bin; do
    [ -x "$p/$b" ] && [ ! -d "$p/$b" ] || continue
    printf '\\036installed %s\\n' "$b"
    break
  done
done
[ -n "$d" ] || printf '\\036no socket\\n'
exit 0
`

/** Where images may be: the names of sockets and lists in the answer, and the programs that mean that they are there. */
const stores = [
  { id: 'containerd', runtime: 'containerd', programs: ['containerd'] },
  { id: 'k3s', runtime: 'containerd', programs: ['k3s', 'rke2'] },
  { id: 'crio', runtime: 'crio', programs: ['crio'] },
  { id: 'docker', runtime: 'docker', programs: ['dockerd'] },
] as const
type Store = (typeof stores)[number]

type LocalImage = Images['localOnly'][number]
interface Counted {
  runtime: 'docker' | 'containerd' | 'crio'
  total: number
  localOnly: LocalImage[]
}

/** Images of the runtimes on this host, and which of them no registry is known to have. */
export const images = defineCollector({
  fact: 'images',
  set: 'full',
  command: 'crictl images -o json; ctr -n k8s.io images ls; docker images --digests --no-trunc',
  timeoutMs: 30_000,
  maxBytes: 2 * 1024 * 1024,
  script,
  parse({ stdout, privilege }) {
    const parts = parseMarked(stdout)
    const lists = new Map(stores.map((store) => [store, listOf(parts, store)]))
    const counted = stores.flatMap((store): Counted[] => {
      const list = lists.get(store) ?? null
      return list === null ? [] : [{ runtime: store.runtime, ...list }]
    })
    const silent = stores.filter((store) => lists.get(store) === null && isHere(parts, store))
    const biggest = counted.toSorted((a, b) => b.total - a.total)[0]
    if (biggest === undefined) {
      if (silent.length === 0 && parts.has('no socket')) return { runtime: 'none', total: 0, localOnly: [] }
      throw new FactGap(privilege === 'user' ? 'permission-denied' : 'failed', complaint(parts, silent))
    }
    const value: Images = {
      runtime: biggest.runtime,
      total: counted.reduce((sum, row) => sum + row.total, 0),
      localOnly: counted.flatMap((row) => row.localOnly),
    }
    return silent.length === 0 ? value : { value, degraded: complaint(parts, silent) }
  },
})

type Parts = ReadonlyMap<string, readonly string[]>

/** A runtime that is stopped still has its images on the disk. */
function isHere(parts: Parts, { id, programs }: Store): boolean {
  return parts.has(`socket ${id}`) || programs.some((program) => parts.has(`installed ${program}`))
}

function complaint(parts: Parts, silent: readonly Store[]): string {
  if (silent.length === 0) return 'the runtime did not list its images'
  return silent
    .map(({ id }) =>
      parts.has(`socket ${id}`)
        ? `${id} did not list its images`
        : `${id} is installed but does not run: its images are not known`,
    )
    .join('; ')
}

function listOf(parts: Parts, { id }: Store): Omit<Counted, 'runtime'> | null {
  if (parts.has(`${id} json`)) return fromCri(parts.get(`${id} json`)?.join('\n') ?? '')
  if (!parts.has(`${id} table`)) return null
  const lines = linesOf(parts, `${id} table`)
  return id === 'docker' ? fromDocker(lines) : fromCtr(lines)
}

/** `crictl images -o json`; null when it is no such answer. */
export function fromCri(json: string): Omit<Counted, 'runtime'> | null {
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
export function fromDocker(lines: readonly string[]): Omit<Counted, 'runtime'> {
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

/** `ctr images ls`: REF TYPE DIGEST SIZE ...; CRI adds a reference by digest to all that it pulled. */
export function fromCtr(lines: readonly string[]): Omit<Counted, 'runtime'> {
  const rows = lines.flatMap((line) => {
    const [ref, type, digest] = line.trim().split(/\s+/)
    return ref !== undefined && type !== undefined && digest?.startsWith('sha256:') === true
      ? [{ ref, digest, line }]
      : []
  })
  const known = new Set(rows.filter(({ ref }) => ref.includes('@sha256:')).map(({ digest }) => digest))
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
