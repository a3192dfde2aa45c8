import { matchesLabels } from '../model/label-selector.ts'
import { deleteObject, deleteOptions } from './lab-delete.ts'
import { labKinds } from './lab-kinds.ts'
import { isJsonObject } from './lab-merge.ts'
import { apiTime, type LabObject } from './lab-object.ts'
import { isOver, isReady, type LabPod, type LabSelector } from './lab-pod.ts'
import { badRequest, LabStatusError, success } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'
import { checkNamespace, found, type LabTarget } from './lab-writes.ts'

export interface LabBudget extends LabObject {
  spec: {
    selector?: LabSelector
    minAvailable?: number | string
    maxUnavailable?: number | string
    unhealthyPodEvictionPolicy?: string
  }
  status: LabBudgetStatus
}

export interface LabBudgetStatus {
  observedGeneration?: number
  disruptionsAllowed: number
  currentHealthy: number
  desiredHealthy: number
  expectedPods: number
  disruptedPods?: Record<string, string>
  [field: string]: unknown
}

/** As many pods as a budget keeps in mind; pkg/registry/core/pod/storage/eviction.go. */
const mostDisrupted = 2000

/** Evicts a pod within its budget, in the order of checks of pkg/registry/core/pod/storage/eviction.go. */
export function evictPod(
  world: LabWorld,
  target: LabTarget,
  { body, query }: { body: unknown; query: URLSearchParams },
): object {
  if (!isJsonObject(body) || body['kind'] !== 'Eviction') throw badRequest('not an Eviction object')
  const options = deleteOptions(body['deleteOptions'], query)
  const { namespace = '', name } = target
  checkNamespace(world, { kind: labKinds.pods, namespace, name })
  const pod = found(world, target) as LabPod
  const isGoing = pod.metadata.deletionTimestamp !== undefined
  if (!isGoing && !isOver(pod) && pod.status.phase !== 'Pending')
    askBudget(world, pod, options.dryRun === true)
  deleteObject(world, target, options)
  return success()
}

/** True when the budget's selector means the pod; an empty one means every pod of the namespace. */
export function covers({ spec }: LabBudget, { metadata }: LabObject): boolean {
  return spec.selector !== undefined && matchesLabels(spec.selector, metadata.labels ?? {})
}

/** Takes a unit of the pod's budget. The uid of the request is looked at afterwards only, as the real server does. */
function askBudget(world: LabWorld, pod: LabPod, dryRun: boolean): void {
  const { namespace = '', name } = pod.metadata
  const budgets = [...world.store.inNamespace(labKinds.budgets, namespace)] as LabBudget[]
  const [budget, ...more] = budgets.filter((each) => covers(each, pod))
  if (budget === undefined) return
  if (more.length > 0)
    throw new LabStatusError(500, 'InternalError', {
      message:
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    })
  const { status, metadata, spec } = budget
  const { currentHealthy, desiredHealthy } = status
  const letsSick =
    spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
    (currentHealthy >= desiredHealthy && desiredHealthy > 0)
  if (!isReady(pod) && letsSick) return
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    throw tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`, 10)
  if (status.disruptionsAllowed < 0) throw broken(name, 'pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > mostDisrupted)
    throw broken(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (status.disruptionsAllowed === 0)
    throw tooMany(
      `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    )
  if (dryRun) return
  const disruptedPods = { ...status.disruptedPods, [name]: apiTime(world.timers.nowMs()) }
  world.store.put(labKinds.budgets, {
    ...budget,
    status: { ...status, disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods },
  })
}

function tooMany(message: string, retryAfterSeconds?: number): LabStatusError {
  return new LabStatusError(429, 'TooManyRequests', {
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [{ reason: 'DisruptionBudget', message }],
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  })
}

function broken(name: string, why: string): LabStatusError {
  return new LabStatusError(403, 'Forbidden', {
    message: `pods "${name}" is forbidden: ${why}`,
    details: { name, kind: 'pods' },
  })
}
