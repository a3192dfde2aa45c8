import { setTimeout as wait } from 'node:timers/promises'
import type { ApiClient, ApiObject } from './api.ts'

export interface Follower {
  /** The object as it is now: new, changed, or seen again after a broken connection. */
  onSet(object: ApiObject): void
  /** The last state of an object that is no longer there. */
  onGone(object: ApiObject): void
}

const pauseMs = 200

/** Lists once and then watches, for ever; after a broken connection or a forgotten resource version it lists again. */
export async function follow(
  source: { api: ApiClient; path: string; signal: AbortSignal },
  follower: Follower,
): Promise<void> {
  const known = new Map<string, ApiObject>()
  while (!source.signal.aborted) {
    try {
      await listAndWatch(source, { known, follower })
    } catch {
      // Whatever it was (a server that restarts, a reset): the next list tells the truth.
    }
    await wait(pauseMs, undefined, { signal: source.signal }).catch(() => undefined)
  }
}

async function listAndWatch(
  { api, path, signal }: { api: ApiClient; path: string; signal: AbortSignal },
  { known, follower }: { known: Map<string, ApiObject>; follower: Follower },
): Promise<void> {
  const list = await api.request('GET', path)
  const items = list['items'] as ApiObject[]
  const present = new Set(items.map((item) => item.metadata.uid))
  for (const [uid, object] of known) {
    if (present.has(uid)) continue
    known.delete(uid)
    follower.onGone(object)
  }
  for (const item of items) {
    known.set(item.metadata.uid, item)
    follower.onSet(item)
  }
  let version = list.metadata.resourceVersion
  for (;;) {
    const separator = path.includes('?') ? '&' : '?'
    for await (const event of api.watch(`${path}${separator}resourceVersion=${version}`, signal)) {
      // Most often 410 Gone: the version is too old to go on from.
      if (event.type === 'ERROR') return
      version = event.object.metadata.resourceVersion
      if (event.type === 'BOOKMARK') continue
      const { uid } = event.object.metadata
      if (event.type === 'DELETED') {
        known.delete(uid)
        follower.onGone(event.object)
      } else {
        known.set(uid, event.object)
        follower.onSet(event.object)
      }
    }
  }
}
