import { createHash } from 'node:crypto'
import type { ArtifactStore } from '../../src/model/artifact-port.ts'
import { MigrationError } from '../../src/model/errors.ts'

/** A store whose objects a test can look at and tamper with. */
export interface MemoryStore extends ArtifactStore {
  objects: Map<string, Buffer>
  /** Calls of `write`, by key. */
  writes: string[]
  /** When set, a write of a key that it names fails after so many bytes. */
  failing: { key: RegExp; afterBytes: number } | null
}

/** Makes an empty one. */
export function createMemoryStore(): MemoryStore {
  const objects = new Map<string, Buffer>()
  const store: MemoryStore = {
    name: 'memory',
    objects,
    writes: [],
    failing: null,
    async write(key, chunks, { signal }) {
      store.writes.push(key)
      if (objects.has(key)) throw new MigrationError('ARTIFACT_EXISTS', `memory: ${key} is there`)
      const parts: Uint8Array[] = []
      let bytes = 0
      for await (const chunk of chunks) {
        signal.throwIfAborted()
        parts.push(Buffer.from(chunk))
        bytes += chunk.length
        const { failing } = store
        if (failing?.key.test(key) === true && bytes > failing.afterBytes)
          throw new Error('the store is full')
      }
      signal.throwIfAborted()
      const whole = Buffer.concat(parts)
      objects.set(key, whole)
      return { sha256: createHash('sha256').update(whole).digest('hex'), bytes }
    },
    async read(key) {
      const whole = objects.get(key)
      return whole === undefined ? undefined : pieces(whole)
    },
    async *list(prefix) {
      for (const [key, { length }] of [...objects].toSorted(([one], [other]) => (one < other ? -1 : 1)))
        if (key.startsWith(prefix)) yield { key, bytes: length }
    },
    async remove(key) {
      objects.delete(key)
    },
  }
  return store
}

async function* pieces(whole: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000)
}
