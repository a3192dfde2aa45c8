import type { ApiObject, WatchNews } from '../model/cluster-port.ts'
import { identityOf } from './watch-events.ts'

/** What a watch has told of: the uid of every object by its name and namespace, and nothing else of it. */
export interface KnownObjects {
  /** Another object of that name is told to be removed first. */
  changed(object: ApiObject): WatchNews[]
  /** Nothing is told of what was not known. */
  removed(object: ApiObject): WatchNews[]
  /** Begins a list: what is not `changed` until it ends is gone. */
  beginList(): void
  endList(): WatchNews[]
}

/** Knows nothing at first. */
export function createKnownObjects(): KnownObjects {
  const uids = new Map<string, string>()
  let unseen: Map<string, string> | undefined

  return {
    changed(object): WatchNews[] {
      const { key, uid, name, namespace } = identityOf(object)
      const before = uids.get(key)
      uids.set(key, uid)
      unseen?.delete(key)
      const news: WatchNews[] = [{ type: 'changed', object }]
      return before === undefined || before === uid ? news : [gone({ uid: before, name, namespace }), ...news]
    },
    removed(object): WatchNews[] {
      const { key, uid } = identityOf(object)
      if (uids.get(key) !== uid) return []
      uids.delete(key)
      return [{ type: 'removed', object }]
    },
    beginList(): void {
      unseen = new Map(uids)
    },
    endList(): WatchNews[] {
      const lost = [...(unseen ?? [])]
      unseen = undefined
      return lost.map(([key, uid]) => {
        uids.delete(key)
        const slash = key.indexOf('/')
        return gone({ uid, namespace: key.slice(0, slash), name: key.slice(slash + 1) })
      })
    },
  }
}

function gone({ uid, name, namespace }: { uid: string; name: string; namespace: string }): WatchNews {
  return {
    type: 'removed',
    object: { metadata: { uid, name, ...(namespace === '' ? {} : { namespace }) } },
  }
}
