import type { LabEvent, LabWatch } from './lab-cluster.ts'
import type { LabChange } from './lab-history.ts'
import { groupVersion, type LabKind } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import { labSelection, type LabSelection } from './lab-query.ts'
import { badRequest, expired, refusal } from './lab-status.ts'
import type { LabStore } from './lab-store.ts'

/**
 * A watch of one resource from a version: what has happened since, then what happens. Without a version, or from 0, it begins
 * with what is there. A version that is too old is told inside the stream, as the real server does.
 */
export function watchObjects(
  store: LabStore,
  kind: LabKind,
  { namespace, query }: { namespace: string | undefined; query: URLSearchParams },
): LabWatch {
  const selection = labSelection(kind, namespace, query)
  const from = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(from)) throw badRequest('resourceVersion is no number')
  return {
    open(send): { bookmark(): void; close(): void } {
      const history = store.history(kind)
      const tell = (change: LabChange): void => {
        const event = eventFor(change, selection)
        if (event !== undefined) send(event)
      }
      if (from === '' || from === '0') {
        for (const object of store.all(kind)) if (selection.matches(object)) send(eventOf('ADDED', object))
      } else {
        const missed = history.since(Number(from))
        if (missed === undefined) {
          const why = `too old resource version: ${from} (${history.oldest()})`
          send(eventOf('ERROR', refusal(expired(why)).body as object))
          return { bookmark: () => undefined, close: () => undefined }
        }
        for (const change of missed) tell(change)
      }
      const close = history.follow(tell)
      const bookmark = (): void => {
        const metadata = { resourceVersion: store.version(), creationTimestamp: null }
        send(eventOf('BOOKMARK', { kind: kind.kind, apiVersion: groupVersion(kind), metadata }))
      }
      return { bookmark, close }
    },
  }
}

/** What a change is for who sees only some objects: one that no longer matches is deleted for them. */
function eventFor(change: LabChange, { isAll, namespace, matches }: LabSelection): LabEvent | undefined {
  const { before, after, object } = change
  const sees = (each: LabObject | undefined): boolean =>
    each !== undefined && ((isAll && namespace === undefined) || matches(each))
  const [saw, isSeen] = [sees(before), sees(after)]
  if (isSeen) return lineOnce(change, saw ? 'MODIFIED' : 'ADDED', object)
  return saw ? lineOnce(change, 'DELETED', gone(change)) : undefined
}

/** The last state that was seen, with the version of the change that took it away. */
function gone({ object, before }: LabChange): LabObject {
  if (before === undefined || before === object) return object
  const { resourceVersion } = object.metadata
  return { ...before, metadata: { ...before.metadata, resourceVersion } }
}

/** Texts of changes, as long as somebody holds the change: a hundred watches of one resource make each once. */
const texts = new WeakMap<LabChange, Map<string, string>>()

function lineOnce(change: LabChange, type: LabEvent['type'], object: object): LabEvent {
  return {
    type,
    line(): string {
      const known = texts.get(change)?.get(type)
      if (known !== undefined) return known
      const text = JSON.stringify({ type, object })
      texts.set(change, (texts.get(change) ?? new Map<string, string>()).set(type, text))
      return text
    },
  }
}

function eventOf(type: LabEvent['type'], object: object): LabEvent {
  return { type, line: () => JSON.stringify({ type, object }) }
}
