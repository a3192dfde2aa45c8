import { admitted, checkObject, normal } from './lab-admission.ts'
import { labKinds, type LabKind } from './lab-kinds.ts'
import { isJsonObject, isSameJson, mergePatch, strategicMerge } from './lab-merge.ts'
import { apiTime, type LabMeta, type LabObject } from './lab-object.ts'
import { alreadyExists, badRequest, conflict, LabStatusError, notFound } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'

/** Where a request writes. */
export interface LabTarget {
  kind: LabKind
  namespace: string | undefined
  name: string
  subresource?: string | undefined
}

export interface LabWriteOptions {
  dryRun?: boolean
}

/** Kinds whose generation counts the changes of their spec. */
const generations = new Set<LabKind>([
  labKinds.deployments,
  labKinds.replicaSets,
  labKinds.statefulSets,
  labKinds.daemonSets,
  labKinds.jobs,
  labKinds.cronJobs,
  labKinds.budgets,
  labKinds.customResources,
  labKinds.validatingHooks,
  labKinds.mutatingHooks,
])

function countsChanges(kind: LabKind): boolean {
  return kind.isCustom === true || generations.has(kind)
}

/** The object of a target; throws 404. */
export function found({ store }: LabWorld, { kind, namespace, name }: LabTarget): LabObject {
  const object = store.get(kind, name, namespace)
  if (object === undefined) throw notFound(kind, name)
  return object
}

/** Creates an object from what a client has sent. */
export function createObject(
  world: LabWorld,
  { kind, namespace, body }: { kind: LabKind; namespace: string | undefined; body: unknown },
  { dryRun = false }: LabWriteOptions = {},
): LabObject {
  const { store, random, timers } = world
  if (!isJsonObject(body)) throw badRequest('the body is no object')
  const given = (isJsonObject(body['metadata']) ? body['metadata'] : {}) as Partial<LabMeta>
  const name =
    given.name ?? (given.generateName === undefined ? '' : `${given.generateName}${random.letters(5)}`)
  if (name === '') throw badRequest('name or generateName is required')
  if (given.namespace !== undefined && given.namespace !== namespace && kind.namespaced)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (namespace !== undefined) checkNamespace(world, { kind, namespace, name })
  if (store.get(kind, name, namespace) !== undefined) throw alreadyExists(kind, name)
  const { resourceVersion: _, deletionTimestamp: __, ...rest } = given
  const metadata: LabMeta = {
    ...rest,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: random.uid(),
    creationTimestamp: apiTime(timers.nowMs()),
    resourceVersion: '',
    ...(countsChanges(kind) ? { generation: 1 } : {}),
  }
  const object = admitted(kind, { ...body, metadata }, world)
  return dryRun ? object : store.put(kind, object)
}

/** Nothing is made in a namespace that is not there, or that is ending. */
export function checkNamespace(
  { store }: LabWorld,
  { kind, namespace, name }: { kind: LabKind; namespace: string; name: string },
): void {
  const found = store.get(labKinds.namespaces, namespace)
  if (found === undefined) throw notFound(labKinds.namespaces, namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  throw new LabStatusError(403, 'Forbidden', {
    message: `${kind.resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    details: {
      name,
      kind: kind.resource,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  })
}

/** Patches an object: JSON merge patch, or strategic. */
export function patchObject(
  world: LabWorld,
  target: LabTarget,
  patch: { body: unknown; strategic: boolean } & LabWriteOptions,
): LabObject {
  const { body, strategic, dryRun = false } = patch
  if (!isJsonObject(body)) throw badRequest('the body is no object')
  const before = found(world, target)
  const after = (strategic ? strategicMerge(before, body) : mergePatch(before, body)) as LabObject
  return replaced(world, target, { before, after, dryRun })
}

/** Puts a whole object in the place of another. */
export function replaceObject(
  world: LabWorld,
  target: LabTarget,
  { body, dryRun = false }: { body: unknown } & LabWriteOptions,
): LabObject {
  if (!isJsonObject(body) || !isJsonObject(body['metadata'])) throw badRequest('the body is no object')
  const before = found(world, target)
  const metadata = { resourceVersion: before.metadata.resourceVersion, ...body['metadata'] } as LabMeta
  return replaced(world, target, { before, after: { ...body, metadata }, dryRun })
}

function replaced(
  world: LabWorld,
  { kind, name, subresource }: LabTarget,
  { before, after, dryRun }: { before: LabObject; after: LabObject; dryRun: boolean },
): LabObject {
  const given: Partial<LabMeta> = after.metadata
  if (given.uid !== undefined && given.uid !== before.metadata.uid)
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${before.metadata.uid}`,
    )
  if (given.resourceVersion !== before.metadata.resourceVersion)
    throw conflict(
      kind,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    )
  const object = normal(kind, ofSubresource(kind, subresource, { before, after }))
  checkObject(kind, object)
  if (isSameJson(object, before)) return before
  return dryRun ? object : settle(world, kind, object)
}

/** The status belongs to its subresource, everything else to the object. */
function ofSubresource(
  kind: LabKind,
  subresource: string | undefined,
  { before, after }: { before: LabObject; after: LabObject },
): LabObject {
  if (subresource !== undefined)
    return {
      ...before,
      status: after.status,
      metadata: kept(before, { ...before.metadata, annotations: after.metadata.annotations ?? {} }),
    }
  const spec = 'spec' in after ? { spec: after.spec } : {}
  const object = { ...after, ...spec, metadata: kept(before, after.metadata) }
  if (kind.subresources.includes('status')) {
    if (before.status === undefined) delete object.status
    else object.status = before.status
  }
  const { generation } = before.metadata
  if (generation !== undefined && countsChanges(kind) && !isSameJson(object.spec, before.spec))
    object.metadata.generation = generation + 1
  return object
}

/** What no client may write in metadata. */
function kept({ metadata: before }: LabObject, after: LabMeta): LabMeta {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, namespace } = before
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    generation: ___,
    namespace: ____,
    ...rest
  } = after
  return {
    ...rest,
    name: before.name,
    uid: before.uid,
    creationTimestamp: before.creationTimestamp,
    resourceVersion: before.resourceVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  }
}

/** Keeps the object, or lets it go when it is being deleted and nothing holds it any more. */
export function settle({ store }: LabWorld, kind: LabKind, object: LabObject): LabObject {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata
  const isHeld =
    deletionTimestamp === undefined ||
    finalizers.length > 0 ||
    deletionGracePeriodSeconds > 0 ||
    (kind === labKinds.namespaces && (object.spec as { finalizers?: string[] }).finalizers?.length !== 0)
  return isHeld ? store.put(kind, object) : store.remove(kind, object)
}

/** Changes an object as a controller does; nothing is written when it stays the same. */
export function update<Kind extends LabObject>(
  world: LabWorld,
  kind: LabKind,
  { object, change }: { object: Kind; change: (object: Kind) => Kind },
): void {
  const before = world.store.get(kind, object.metadata.name, object.metadata.namespace) as Kind | undefined
  if (before === undefined || before.metadata.uid !== object.metadata.uid) return
  const after = normal(kind, change(before))
  if (!isSameJson(after, before)) settle(world, kind, after)
}
