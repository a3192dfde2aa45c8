import type { LabAnswer, LabRequest, LabWatch } from './lab-cluster.ts'
import { deleteObject, deleteOptions } from './lab-delete.ts'
import { discovery } from './lab-discovery.ts'
import { evictPod } from './lab-evict.ts'
import { callWebhooks } from './lab-webhooks.ts'
import { labKindAt, type LabKind } from './lab-kinds.ts'
import type { LabLists } from './lab-list.ts'
import { labSelection } from './lab-query.ts'
import { reviewed } from './lab-reviews.ts'
import { checkRight } from './lab-rights.ts'
import { LabStatusError, methodNotAllowed, noSuchResource, refusal, success } from './lab-status.ts'
import { watchObjects } from './lab-watch.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, found, patchObject, replaceObject, type LabTarget } from './lab-writes.ts'

/** A path taken apart. */
interface Place {
  kind: LabKind
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

/** Answers one request as the API server would. */
export function answerRequest(
  { world, lists }: { world: LabWorld; lists: LabLists },
  request: LabRequest,
): LabAnswer | LabWatch {
  try {
    const { path, method } = request
    if (['/readyz', '/livez', '/healthz'].includes(path)) return { status: 200, body: 'ok' }
    const document = method === 'GET' ? discovery(path, world.settings.version) : undefined
    if (document !== undefined) return { status: 200, body: document }
    const review = reviewed(world, request)
    if (review !== undefined) return { status: 201, body: review }
    const place = placeOf(path)
    if (place === undefined)
      return discovery(groupOf(path), '') === undefined
        ? { status: 404, body: '404 page not found' }
        : refusal(noSuchResource())
    return served({ world, lists }, request, place)
  } catch (error) {
    if (error instanceof LabStatusError) return refusal(error)
    throw error
  }
}

function served(
  { world, lists }: { world: LabWorld; lists: LabLists },
  request: LabRequest,
  place: Place,
): LabAnswer | LabWatch {
  const { kind, namespace, name, subresource } = place
  const { query, body, method, user } = request
  const isWatch = method === 'GET' && isTrue(query.get('watch'))
  const verb = verbOf(method, { isWatch, isNamed: name !== undefined })
  if (verb === undefined) throw methodNotAllowed()
  const resource = subresource === undefined ? kind.resource : `${kind.resource}/${subresource}`
  checkRight(world.store, user, { verb, group: kind.group, resource, namespace, name })
  if (name === undefined) {
    if (isWatch) return watchObjects(world.store, kind, { namespace, query })
    if (method === 'GET') return { status: 200, body: lists.list(kind, namespace, query) }
    if (method === 'POST') {
      if (kind.namespaced !== (namespace !== undefined)) throw methodNotAllowed()
      callWebhooks(world.store, { operation: 'CREATE', kind, resource, namespace })
      return {
        status: 201,
        body: createObject(world, { kind, namespace, body }, { dryRun: query.has('dryRun') }),
      }
    }
    return { status: 200, body: deleteCollection(world, place, request) }
  }
  return named(world, request, { kind, namespace, name, subresource })
}

function named(world: LabWorld, request: LabRequest, target: LabTarget): LabAnswer {
  const { kind, namespace, subresource } = target
  const { method, body, query, contentType } = request
  const dryRun = query.has('dryRun')
  const call = (operation: string): void => {
    const resource = subresource === undefined ? kind.resource : `${kind.resource}/${subresource}`
    callWebhooks(world.store, { operation, kind, resource, namespace })
  }
  if (subresource === 'eviction') {
    if (method !== 'POST') throw methodNotAllowed()
    call('CREATE')
    return { status: 201, body: evictPod(world, target, { body, query }) }
  }
  if (method === 'GET') return { status: 200, body: found(world, target) }
  if (method === 'PATCH') {
    const strategic = contentType === 'application/strategic-merge-patch+json'
    if (!strategic && contentType !== 'application/merge-patch+json') throw unsupported(contentType)
    call('UPDATE')
    return { status: 200, body: patchObject(world, target, { body, strategic, dryRun }) }
  }
  if (method === 'PUT') {
    call('UPDATE')
    return { status: 200, body: replaceObject(world, target, { body, dryRun }) }
  }
  if (method !== 'DELETE' || subresource !== undefined) throw methodNotAllowed()
  call('DELETE')
  return { status: 200, body: deleteObject(world, target, deleteOptions(body, query)) }
}

function deleteCollection(world: LabWorld, { kind, namespace }: Place, request: LabRequest): object {
  const { matches } = labSelection(kind, namespace, request.query)
  const options = deleteOptions(request.body, request.query)
  for (const object of world.store.all(kind)) {
    const { name, namespace } = object.metadata
    if (matches(object)) deleteObject(world, { kind, namespace, name }, options)
  }
  return success()
}

const verbs: Readonly<Record<string, { one?: string; all?: string }>> = {
  GET: { one: 'get', all: 'list' },
  POST: { one: 'create', all: 'create' },
  PATCH: { one: 'patch' },
  PUT: { one: 'update' },
  DELETE: { one: 'delete', all: 'deletecollection' },
}

function verbOf(
  method: string,
  { isWatch, isNamed }: { isWatch: boolean; isNamed: boolean },
): string | undefined {
  if (isWatch && !isNamed) return 'watch'
  return verbs[method]?.[isNamed ? 'one' : 'all']
}

/** `/apis/GROUP/VERSION[/namespaces/NS]/RESOURCE[/NAME[/SUBRESOURCE]]`; a namespace itself is a resource. */
function placeOf(path: string): Place | undefined {
  const parts = path.split('/').slice(1).map(decoded)
  const [version, rest] =
    parts[0] === 'api' ? [parts[1], parts.slice(2)] : [parts.slice(1, 3).join('/'), parts.slice(3)]
  if (!['api', 'apis'].includes(parts[0] ?? '') || version === undefined || rest.includes(''))
    return undefined
  const isInside = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status'
  const namespace = isInside ? rest[1] : undefined
  const [resource = '', name, subresource, ...more] = isInside ? rest.slice(2) : rest
  const kind = labKindAt(version, resource)
  if (kind === undefined || more.length > 0 || (isInside && !kind.namespaced)) return undefined
  if (subresource !== undefined && !kind.subresources.includes(subresource)) return undefined
  return { kind, namespace, name, subresource }
}

/** The document of a path's group and version, which is there when the group is. */
function groupOf(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, parts[1] === 'api' ? 3 : 4).join('/')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1'
}

function unsupported(contentType: string): LabStatusError {
  return new LabStatusError(415, 'UnsupportedMediaType', {
    message: `the body of the request was in an unknown format: ${contentType}; accepted are merge and strategic merge patches`,
  })
}
