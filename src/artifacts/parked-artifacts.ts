import { createHash } from 'node:crypto'
import { ArtifactHead, type ArtifactStore } from '../model/artifact-port.ts'
import { dataKey, headKey, manifestKey } from './archive-objects.ts'

/** What is wrong with an artifact that should be whole. */
export const artifactDamages = [
  'head-not-understood',
  'head-newer',
  'head-of-another',
  'data-missing',
  'size-differs',
  'sha256-differs',
  'manifest-missing',
  'manifest-differs',
] as const
export type ArtifactDamage = (typeof artifactDamages)[number]

/** What a store holds under one id. It is whole when its head is there, which is written last; else it was only begun. */
export interface ParkedArtifact {
  /** `RUN/NODE/VOLUME`. */
  id: string
  /** Of what was only begun, or has a head that says nothing, null. */
  head: ArtifactHead | null
  /** Found without reading the data; see `damageOf`. */
  damage: ArtifactDamage | null
  objects: readonly StoredObject[]
}

export interface StoredObject {
  key: string
  bytes: number
}

const maxHeadBytes = 64 * 1024

/** The artifacts of a store in the order of their keys; with `id` that one only. Objects of others are passed over. */
export async function* parkedArtifacts(
  store: ArtifactStore,
  { id, signal }: { id?: string; signal: AbortSignal },
): AsyncGenerator<ParkedArtifact> {
  let current: { id: string; objects: StoredObject[] } | undefined
  for await (const object of store.list(id === undefined ? '' : `${id}/`, { signal })) {
    const parts = object.key.split('/')
    if (parts.length < 4) continue
    const owner = parts.slice(0, 3).join('/')
    if (current !== undefined && current.id !== owner) yield await describe(store, current, signal)
    if (current?.id !== owner) current = { id: owner, objects: [] }
    current.objects.push(object)
  }
  if (current !== undefined) yield await describe(store, current, signal)
}

/** Reads every byte of the manifest and of the data, and compares both with the head; null when all is as it was parked. */
export async function damageOf(
  store: ArtifactStore,
  artifact: ParkedArtifact & { head: ArtifactHead },
  { signal, onBytes = () => undefined }: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<ArtifactDamage | null> {
  const { head, damage } = artifact
  if (damage !== null) return damage
  const ofManifest = await manifestDamageOf(store, head, signal)
  if (ofManifest !== null) return ofManifest
  const data = await digestOf(store, { key: dataKey(head), onBytes }, signal)
  if (data === undefined) return 'data-missing'
  if (data.bytes !== head.storedBytes) return 'size-differs'
  return data.sha256 === head.sha256 ? null : 'sha256-differs'
}

/** Reads the manifest, without which no archive of files is restored; null when it is as it was parked, or when there is to be none. */
export async function manifestDamageOf(
  store: ArtifactStore,
  { id, manifest }: ArtifactHead,
  signal: AbortSignal,
): Promise<'manifest-missing' | 'manifest-differs' | null> {
  if (manifest === null) return null
  const found = await digestOf(store, { key: manifestKey(id), onBytes: () => undefined }, signal)
  if (found === undefined) return 'manifest-missing'
  return found.sha256 === manifest.sha256 ? null : 'manifest-differs'
}

async function digestOf(
  store: ArtifactStore,
  { key, onBytes }: { key: string; onBytes: (bytes: number) => void },
  signal: AbortSignal,
): Promise<{ sha256: string; bytes: number } | undefined> {
  const chunks = await store.read(key, { signal })
  if (chunks === undefined) return undefined
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    bytes += chunk.length
    onBytes(bytes)
  }
  return { sha256: hash.digest('hex'), bytes }
}

async function describe(
  store: ArtifactStore,
  { id, objects }: { id: string; objects: StoredObject[] },
  signal: AbortSignal,
): Promise<ParkedArtifact> {
  if (objects.every(({ key }) => key !== headKey(id))) return { id, objects, head: null, damage: null }
  const head = await readHead(store, id, signal)
  if (typeof head === 'string') return { id, objects, head: null, damage: head }
  if (head.id !== id) return { id, objects, head: null, damage: 'head-of-another' }
  const data = objects.find(({ key }) => key === dataKey(head))
  if (data === undefined) return { id, objects, head, damage: 'data-missing' }
  if (data.bytes !== head.storedBytes) return { id, objects, head, damage: 'size-differs' }
  return { id, objects, head, damage: manifestDamageBySize(head, objects) }
}

/** What is told of a manifest by its size alone; heads of earlier versions do not know it. */
function manifestDamageBySize(
  { id, manifest }: ArtifactHead,
  objects: readonly StoredObject[],
): ArtifactDamage | null {
  if (manifest === null) return null
  const found = objects.find(({ key }) => key === manifestKey(id))
  if (found === undefined) return 'manifest-missing'
  return found.bytes === (manifest.bytes ?? found.bytes) ? null : 'manifest-differs'
}

async function readHead(
  store: ArtifactStore,
  id: string,
  signal: AbortSignal,
): Promise<ArtifactHead | 'head-newer' | 'head-not-understood'> {
  const chunks = await store.read(headKey(id), { signal })
  if (chunks === undefined) return 'head-not-understood'
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxHeadBytes) return 'head-not-understood'
    parts.push(chunk)
  }
  try {
    const document: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
    if (isNewer(document)) return 'head-newer'
    return ArtifactHead.safeParse(document, { jitless: true }).data ?? 'head-not-understood'
  } catch (error) {
    if (error instanceof SyntaxError) return 'head-not-understood'
    throw error
  }
}

/** What a newer osferry has parked is not damaged: this one only cannot read it. */
function isNewer(document: unknown): boolean {
  const schema = (document as { schema?: unknown } | null)?.schema
  const version = /^artifact\/v(\d+)$/.exec(typeof schema === 'string' ? schema : '')?.[1]
  return version !== undefined && Number(version) > 1
}
