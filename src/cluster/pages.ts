import { z } from 'zod'
import type { ApiObject, ObjectQuery } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { collectionPath } from './paths.ts'
import { persist, type ClusterIo } from './persist.ts'

const Objects = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().max(1000), continue: z.string().nullish() }),
  /** Old servers send null for none. A list without the key is no list. */
  items: z.array(z.record(z.string(), z.unknown())).nullable(),
})

/** One page of a list. */
export interface ObjectPage {
  items: readonly ApiObject[]
  /** Of the whole list: a watch from here misses nothing. */
  resourceVersion: string
  /** The server has forgotten the list half-way: what came before is void. */
  restarted: boolean
}

const pageSize = '500'
const maxRestarts = 5

/** The objects of a query as a quorum read, page by page. */
export async function* objectPages(
  io: ClusterIo,
  query: ObjectQuery,
  options: { signal: AbortSignal; patienceMs?: number },
): AsyncGenerator<ObjectPage> {
  const path = collectionPath(query)
  let next: string | undefined
  let restarts = 0
  let restarted = false
  for (;;) {
    const { answer } = await persist(
      io,
      {
        path,
        query: { ...selectors(query), limit: pageSize, ...(next === undefined ? {} : { continue: next }) },
        signal: options.signal,
      },
      { writes: false, ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }) },
    )
    if (answer.kind === 'expired' && next !== undefined && restarts < maxRestarts) {
      restarts += 1
      restarted = true
      next = undefined
      continue
    }
    const list = Objects.safeParse(answer.kind === 'done' ? answer.body : undefined, { jitless: true })
    if (!list.success) {
      const what = answer.kind === 'done' ? 'something that is no list' : answer.message
      throw new MigrationError('CLUSTER_ANSWER_INVALID', `${path}: ${what}`, { cause: list.error })
    }
    const { metadata, items } = list.data
    yield { items: items ?? [], resourceVersion: metadata.resourceVersion, restarted }
    restarted = false
    next = metadata.continue || undefined
    if (next === undefined) return
  }
}

/** The selectors of a query, as a URL has them. */
export function selectors({ fieldSelector, labelSelector }: ObjectQuery): Record<string, string> {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  }
}
