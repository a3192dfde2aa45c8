import { z } from 'zod'
import type { ApiObject } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { oneLine } from './answer-text.ts'

const Name = z.string().max(1000)

/** What every object of a watch has. */
const Meta = z.looseObject({
  name: Name,
  namespace: Name.nullish(),
  uid: Name.min(1),
  resourceVersion: Name.min(1),
})

const Event = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
    object: z.looseObject({ metadata: Meta }),
  }),
  z.looseObject({
    type: z.literal('BOOKMARK'),
    object: z.looseObject({ metadata: z.looseObject({ resourceVersion: Name.min(1) }) }),
  }),
  z.looseObject({
    type: z.literal('ERROR'),
    object: z.looseObject({
      code: z.number().nullish(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
    }),
  }),
])

/** One event of a watch; `trouble` ends it. */
export type WatchEvent =
  | { type: 'changed' | 'removed'; object: ApiObject; resourceVersion: string }
  | { type: 'bookmark'; resourceVersion: string }
  | { type: 'trouble'; expired: boolean; message: string }

/** Name, place and identity of an object. Throws CLUSTER_ANSWER_INVALID. */
export function identityOf(object: ApiObject): { key: string; uid: string; name: string; namespace: string } {
  const meta = Meta.safeParse(object['metadata'], { jitless: true })
  if (!meta.success) throw invalid('an object without name, uid or version', meta.error)
  const { name, uid } = meta.data
  const namespace = meta.data.namespace ?? ''
  return { key: `${namespace}/${name}`, uid, name, namespace }
}

/** What a line of a watch says. Throws CLUSTER_ANSWER_INVALID. */
export function watchEvent(line: unknown): WatchEvent {
  const event = Event.safeParse(line, { jitless: true })
  if (!event.success) throw invalid('a line that is no event', event.error)
  const { data } = event
  if (data.type === 'ERROR') {
    const { code, reason, message } = data.object
    const expired = code === 410 || reason === 'Expired' || reason === 'Gone'
    return { type: 'trouble', expired, message: oneLine(message ?? reason ?? String(code)) }
  }
  const { resourceVersion } = data.object.metadata
  if (data.type === 'BOOKMARK') return { type: 'bookmark', resourceVersion }
  return { type: data.type === 'DELETED' ? 'removed' : 'changed', object: data.object, resourceVersion }
}

function invalid(what: string, cause: unknown): MigrationError {
  return new MigrationError('CLUSTER_ANSWER_INVALID', `the server sent ${what} in a watch`, { cause })
}
