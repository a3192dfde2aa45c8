import { groupVersion, type LabKind } from './lab-kinds.ts'
import { keyOf, type LabObject } from './lab-object.ts'
import { labSelection, type LabSelection } from './lab-query.ts'
import { badRequest, expired } from './lab-status.ts'
import type { LabStore } from './lab-store.ts'

/** Lists, in pages where that is asked for. */
export interface LabLists {
  list(kind: LabKind, namespace: string | undefined, query: URLSearchParams): object
  /** No page of before goes on. */
  forget(): void
}

/** A list that goes on: all of it is as it was when it began. */
interface OpenList {
  version: string
  items: readonly LabObject[]
}

/** Lists that may be open at once; the oldest is forgotten then, as etcd compacts revisions. */
const mostOpen = 64
const mostLimit = 100_000

export function createLabLists(store: LabStore): LabLists {
  const open = new Map<string, OpenList>()
  let count = 0

  function remember(list: OpenList): string {
    count += 1
    const id = String(count)
    open.set(id, list)
    for (const [oldest] of open) {
      if (open.size <= mostOpen) break
      open.delete(oldest)
    }
    return id
  }

  return {
    list(kind, namespace, query): object {
      const limit = limitOf(query)
      const token = query.get('continue') ?? ''
      const [id = '', start = '0'] = token.split(':')
      const known = token === '' ? undefined : open.get(id)
      if (token !== '' && known === undefined)
        throw expired('The provided continue parameter is too old to display a consistent list result.')
      const { version, items } = known ?? {
        version: store.version(),
        items: selected(store, kind, labSelection(kind, namespace, query)),
      }
      const end = Number(start) + limit
      const remaining = items.length - end
      const more = remaining > 0 ? `${known === undefined ? remember({ version, items }) : id}:${end}` : ''
      if (remaining <= 0 && known !== undefined) open.delete(id)
      return {
        kind: `${kind.kind}List`,
        apiVersion: groupVersion(kind),
        metadata: {
          resourceVersion: version,
          ...(more === '' ? {} : { continue: more, remainingItemCount: remaining }),
        },
        items: items.slice(Number(start), end),
      }
    },
    forget: () => open.clear(),
  }
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 0)
  if (!Number.isSafeInteger(limit) || limit < 0) throw badRequest('limit is no number')
  return limit === 0 ? Number.POSITIVE_INFINITY : Math.min(limit, mostLimit)
}

/** Objects in the order of the store of a real server: by namespace and name. */
function selected(store: LabStore, kind: LabKind, selection: LabSelection): readonly LabObject[] {
  const { namespace, node, matches } = selection
  const candidates =
    node !== undefined
      ? store.podsOn(node)
      : namespace === undefined
        ? store.all(kind)
        : store.inNamespace(kind, namespace)
  const found: { key: string; object: LabObject }[] = []
  for (const object of candidates) if (matches(object)) found.push({ key: keyOf(object), object })
  found.sort((a, b) => (a.key < b.key ? -1 : 1))
  return found.map(({ object }) => object)
}
