import type { LabAnswer, LabRequest, LabWatch } from './lab-cluster.ts'
import { askedBy, checkApproval } from './lab-certificates.ts'
import { labKinds } from './lab-kinds.ts'
import { deleteObject, deleteOptions } from './lab-delete.ts'
import { discovery } from './lab-discovery.ts'
import { evictPod } from './lab-evict.ts'
import { callWebhooks } from './lab-webhooks.ts'
import type { LabLists } from './lab-list.ts'
import { groupDocument, placeOf, verbOf, type LabPlace } from './lab-path.ts'
import { labSelection } from './lab-query.ts'
import { reviewed } from './lab-reviews.ts'
import { checkRight } from './lab-rights.ts'
import { LabStatusError, methodNotAllowed, noSuchResource, refusal, success } from './lab-status.ts'
import { watchObjects } from './lab-watch.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, found, patchObject, replaceObject, type LabTarget } from './lab-writes.ts'

/** Answers one request as the API server would. */
export function answerRequest(
  { world, lists }: { world: LabWorld; lists: LabLists },
  request: LabRequest,
): LabAnswer | LabWatch {
  try {
    const { path, method } = request
    if (['/readyz', '/livez', '/healthz'].includes(path)) return { status: 200, body: 'ok' }
    const known = { version: world.settings.version, kinds: world.kinds.all() }
    const document = method === 'GET' ? discovery(path, known) : undefined
    if (document !== undefined) return { status: 200, body: document }
    const review = reviewed(world, request)
    if (review !== undefined) return { status: 201, body: review }
    const place = placeOf(path, world.kinds)
    if (place === undefined)
      return discovery(groupDocument(path), known) === undefined
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
  place: LabPlace,
): LabAnswer | LabWatch {
  const { kind, namespace, name, subresource } = place
  const { query, body, method, user } = request
  const verb = verbOf(method, place, query)
  const isWatch = verb === 'watch'
  if (verb === undefined) throw methodNotAllowed()
  const resource = subresource === undefined ? kind.resource : `${kind.resource}/${subresource}`
  checkRight(world.store, user, { verb, group: kind.group, resource, namespace, name })
  if (name === undefined) {
    if (isWatch) return watchObjects(world.store, kind, { namespace, query })
    if (method === 'GET') return { status: 200, body: lists.list(kind, namespace, query) }
    if (method === 'POST') {
      if (kind.namespaced !== (namespace !== undefined)) throw methodNotAllowed()
      callWebhooks(world.store, { operation: 'CREATE', kind, resource, namespace })
      const given = kind === labKinds.certificateRequests ? askedBy(user, body) : body
      return {
        status: 201,
        body: createObject(world, { kind, namespace, body: given }, { dryRun: query.has('dryRun') }),
      }
    }
    return { status: 200, body: deleteCollection(world, place, request) }
  }
  return named(world, request, { kind, namespace, name, subresource })
}

function named(world: LabWorld, request: LabRequest, target: LabTarget): LabAnswer {
  const { kind, namespace, subresource } = target
  const { method, body, query, contentType, user } = request
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
  if (subresource === 'approval') checkApproval(world.store, user, target.name)
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

function deleteCollection(world: LabWorld, { kind, namespace }: LabPlace, request: LabRequest): object {
  const { matches } = labSelection(kind, namespace, request.query)
  const options = deleteOptions(request.body, request.query)
  for (const object of world.store.all(kind)) {
    const { name, namespace } = object.metadata
    if (matches(object)) deleteObject(world, { kind, namespace, name }, options)
  }
  return success()
}

function unsupported(contentType: string): LabStatusError {
  return new LabStatusError(415, 'UnsupportedMediaType', {
    message: `the body of the request was in an unknown format: ${contentType}; accepted are merge and strategic merge patches`,
  })
}
