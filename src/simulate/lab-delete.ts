import { labKinds, resourceOf, type LabKind } from './lab-kinds.ts'
import { isJsonObject } from './lab-merge.ts'
import { apiTime, type LabObject } from './lab-object.ts'
import { isOver, type LabPod } from './lab-pod.ts'
import { LabStatusError, success } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'
import { found, settle, type LabTarget } from './lab-writes.ts'

/** What a client may say with a deletion. */
export interface LabDeleteOptions {
  uid?: string
  resourceVersion?: string
  gracePeriodSeconds?: number
  dryRun?: boolean
}

/** Reads the options of a body and a query. */
export function deleteOptions(body: unknown, query: URLSearchParams): LabDeleteOptions {
  const given = isJsonObject(body) ? body : {}
  const conditions = isJsonObject(given['preconditions']) ? given['preconditions'] : {}
  const grace = given['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds')
  const { uid, resourceVersion } = conditions
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(grace === null || !Number.isSafeInteger(Number(grace)) ? {} : { gracePeriodSeconds: Number(grace) }),
    dryRun: query.has('dryRun') || given['dryRun'] !== undefined,
  }
}

/** Deletes an object: at once, after its grace, or when its finalizers are gone. Gives the body of the answer. */
export function deleteObject(world: LabWorld, target: LabTarget, options: LabDeleteOptions): object {
  const { kind } = target
  const object = found(world, target)
  checkPreconditions(kind, object, options)
  const graceSeconds = kind === labKinds.pods ? podGrace(object as LabPod, options) : 0
  const after = marked(object, { graceSeconds, nowMs: world.timers.nowMs() })
  const { name, uid } = object.metadata
  if (options.dryRun === true)
    return kind === labKinds.pods ? after : success({ name, kind: kind.resource, uid })
  if (kind === labKinds.namespaces) {
    const isEnding = object.metadata.deletionTimestamp !== undefined
    return isEnding ? object : settle(world, kind, { ...after, status: { phase: 'Terminating' } })
  }
  const held = graceSeconds > 0 || (after.metadata.finalizers ?? []).length > 0
  if (after !== object || !held) settle(world, kind, after)
  if (held || kind === labKinds.pods) return after
  return success({ name, kind: kind.resource, uid, ...(kind.group === '' ? {} : { group: kind.group }) })
}

function checkPreconditions(kind: LabKind, { metadata }: LabObject, options: LabDeleteOptions): void {
  const pairs = [
    ['UID', options.uid, metadata.uid],
    ['ResourceVersion', options.resourceVersion, metadata.resourceVersion],
  ] as const
  for (const [what, wanted, is] of pairs) {
    if (wanted === undefined || wanted === is) continue
    throw new LabStatusError(409, 'Conflict', {
      message: `Operation cannot be fulfilled on ${resourceOf(kind)} "${metadata.name}": Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`,
      details: { name: metadata.name, kind: kind.resource },
    })
  }
}

/** pkg/registry/core/pod/strategy.go: what runs nowhere, or has ended, needs no grace. */
function podGrace(pod: LabPod, { gracePeriodSeconds }: LabDeleteOptions): number {
  const own = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  return (pod.spec.nodeName ?? '') === '' || isOver(pod) ? 0 : Math.max(0, own)
}

/** As BeforeDelete: a later deletion can shorten the grace, never lengthen it. */
function marked(
  object: LabObject,
  { graceSeconds, nowMs }: { graceSeconds: number; nowMs: number },
): LabObject {
  const { metadata } = object
  const before = metadata.deletionGracePeriodSeconds
  if (metadata.deletionTimestamp !== undefined && graceSeconds >= (before ?? 0)) return object
  return {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: apiTime(nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    },
  }
}
