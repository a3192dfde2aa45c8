import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiObject, Cluster, ObjectRef, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { ApiClient } from './client.ts'
import { evict, evictionVersion } from './evict.ts'
import { objectPages } from './pages.ts'
import { collectionPath, objectPath } from './paths.ts'
import { persist, type ClusterIo } from './persist.ts'
import { clusterReader } from './reader.ts'
import { watchObjects } from './watch.ts'
import { holdsPatch, isObject, writeAnswer } from './write-answers.ts'
import { createWriteBucket, type WriteClock } from './write-bucket.ts'

export interface ClusterPortOptions {
  clock?: WriteClock
  /** A watch without a byte for so long is opened anew. */
  idleMs?: number
}

const wallClock: WriteClock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

/** Middleboxes drop a connection that is idle for five minutes; the server sends a bookmark every minute. */
const defaultIdleMs = 300_000

/** Opens the port through which the cluster is read and written; nothing is sent yet. */
export function openClusterPort(client: ApiClient, options: ClusterPortOptions = {}): Cluster {
  const { clock = wallClock, idleMs = defaultIdleMs } = options
  const bucket = createWriteBucket(clock)
  const io: ClusterIo = {
    client,
    bucket,
    clock,
    random: Math.random,
    troubleAtMs: Number.NEGATIVE_INFINITY,
    hasAnswered: false,
  }
  let eviction: ReturnType<typeof evictionVersion> | undefined

  async function get(ref: ObjectRef, signal: AbortSignal): Promise<ApiObject | undefined> {
    const path = objectPath(ref)
    const { answer } = await persist(io, { path, signal }, { writes: false })
    if (answer.kind === 'gone') return undefined
    if (answer.kind === 'done' && isObject(answer.body)) return answer.body
    throw new MigrationError('CLUSTER_ANSWER_INVALID', `${path}: ${answer.message}`)
  }

  /** Asked for once; a discovery that was interrupted is the misfortune of the one request that began it. */
  async function evictionForm(signal: AbortSignal): ReturnType<typeof evictionVersion> {
    for (;;) {
      const isMine = eviction === undefined
      const asked = (eviction ??= evictionVersion(io, signal))
      try {
        return await asked
      } catch (error) {
        if (eviction === asked) eviction = undefined
        if (isMine || signal.aborted) throw error
      }
    }
  }

  return {
    ...clusterReader(client),
    get,
    async list(query, signal): Promise<readonly ApiObject[]> {
      let objects: ApiObject[] = []
      for await (const page of objectPages(io, query, { signal })) {
        if (page.restarted) objects = []
        for (const object of page.items) objects.push(object)
      }
      return objects
    },
    watch: (query, signal) => watchObjects(io, query, { signal, idleMs }),
    async patch(ref, patch, { signal, dryRun = false, fence }): Promise<WriteAnswer> {
      const { metadata } = patch
      const isBound = isObject(metadata) && metadata['resourceVersion'] !== undefined
      const { answer, unsure } = await persist(
        io,
        {
          method: 'PATCH',
          path: objectPath(ref),
          query: dryQuery(dryRun),
          body: patch,
          contentType: 'application/merge-patch+json',
          signal,
        },
        { writes: true, fence, ...(isBound ? { final: ['conflict'] } : {}) },
      )
      // The version may have been changed by an earlier try of ours, whose answer was lost.
      if (answer.kind === 'conflict' && unsure && !dryRun) {
        const object = await get(ref, signal)
        if (object !== undefined && holdsPatch(object, patch)) return { outcome: 'done', object }
      }
      return writeAnswer(answer)
    },
    async create(ref, object, { signal, dryRun = false, looks = true, fence }): Promise<WriteAnswer> {
      const path = collectionPath(ref)
      const { metadata } = object
      const name = isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : undefined
      const unnamed = (): Promise<never> => Promise.reject(unknownOutcome(client, path))
      const { answer, unsure } = await persist(
        io,
        { method: 'POST', path, query: dryQuery(dryRun), body: object, signal },
        { writes: true, fence, ...(name === undefined && !dryRun ? { afterUnknown: unnamed } : {}) },
      )
      if (answer.kind === 'exists' && unsure && !dryRun && looks && name !== undefined) {
        const found = await get({ ...ref, name }, signal)
        if (found !== undefined && holdsPatch(found, object)) return { outcome: 'done', object: found }
      }
      return writeAnswer(answer)
    },
    async remove(ref, { uid, gracePeriodSeconds, dryRun = false, signal, fence }): Promise<WriteAnswer> {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(uid === null ? {} : { preconditions: { uid } }),
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        ...(dryRun ? { dryRun: ['All'] } : {}),
      }
      // Safe to repeat: the uid names one object for all time, and without one nobody else gives the name.
      const { answer } = await persist(
        io,
        { method: 'DELETE', path: objectPath(ref), body, signal },
        { writes: true, fence },
      )
      return writeAnswer(answer)
    },
    evictionVersion: evictionForm,
    async evict(request): Promise<WriteAnswer> {
      return await evict(io, await evictionForm(request.signal), request)
    },
    close(): Promise<void> {
      client.close()
      return Promise.resolve()
    },
  }
}

function dryQuery(dryRun: boolean): Record<string, string> {
  return dryRun ? { dryRun: 'All' } : {}
}

function unknownOutcome({ login }: ApiClient, path: string): MigrationError {
  const message = `${new URL(login.server).host} did not say whether it has created what was sent to ${path}`
  return new MigrationError('CLUSTER_UNREACHABLE', message, {
    hint: 'look whether it is there before you try again',
  })
}
