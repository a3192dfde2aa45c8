import { z } from 'zod'
import type { ApiObject, ObjectQuery } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { continuedPages } from './continued-pages.ts'
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

/** The objects of a query as a quorum read, page by page. */
export async function* objectPages(
  io: ClusterIo,
  query: ObjectQuery,
  options: { signal: AbortSignal; patienceMs?: number },
): AsyncGenerator<ObjectPage> {
  const path = collectionPath(query)
  const { signal, patienceMs } = options
  const persistence = { writes: false, ...(patienceMs === undefined ? {} : { patienceMs }) }
  yield* continuedPages(async ({ token, mayRestart }) => {
    const continued = token === undefined ? {} : { continue: token }
    const request = { path, query: { ...selectors(query), limit: pageSize, ...continued }, signal }
    const { answer } = await persist(io, request, persistence)
    if (answer.kind === 'expired' && mayRestart) return undefined
    const list = Objects.safeParse(answer.kind === 'done' ? answer.body : undefined, { jitless: true })
    if (!list.success) {
      const what = answer.kind === 'done' ? 'something that is no list' : answer.message
      throw new MigrationError('CLUSTER_ANSWER_INVALID', `${path}: ${what}`, { cause: list.error })
    }
    const { metadata, items } = list.data
    const page = { items: items ?? [], resourceVersion: metadata.resourceVersion }
    return { page, next: metadata.continue || undefined }
  })
}

/** The selectors of a query, as a URL has them. */
export function selectors({ fieldSelector, labelSelector }: ObjectQuery): Record<string, string> {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  }
}
