import type { Controller } from '../model/cluster-parts.ts'
import type { ClusterPod } from '../model/cluster-pods.ts'
import { evictionAnnotationsOf } from './annotations.ts'
import { defineKind } from './kind.ts'
import type { RecordKind } from './kind.ts'
import type { Owners } from './owners.ts'
import { containersOf, requestsOf, volumesOf } from './pod-parts.ts'
import { conditionsOf, controllerOf, objectOf, selectorOf } from './raw.ts'
import { RawBudget, RawPod } from './raw-pod.ts'
import { schedulingOf } from './raw-scheduling.ts'

/** Pods, with their owners looked up among the controllers that were listed before. */
export function podsOwnedBy(owners: Owners): RecordKind<'pods'> {
  const kind = defineKind({
    list: 'pods',
    group: '',
    resource: 'pods',
    versions: ['v1'],
    raw: RawPod,
    records: (raw) => [podOf(raw, owners)],
  })
  return {
    ...kind,
    again({ owner, ownedBy, ...pod }): ClusterPod {
      const direct = pod.control === 'controller' ? (ownedBy ?? owner) : null
      return { ...pod, ...ownersOf(direct, owners) }
    },
  }
}

/** The kubelet marks what it shows of its static pods with this. */
const mirrorAnnotation = 'kubernetes.io/config.mirror'

function podOf(raw: RawPod, owners: Owners): ClusterPod {
  const { metadata, spec, status } = raw
  const isMirror = metadata.annotations?.[mirrorAnnotation] !== undefined
  const direct = isMirror ? null : controllerOf(metadata)
  const ips = (status?.podIPs ?? []).flatMap(({ ip }) => ip ?? [])
  return {
    ...objectOf(metadata),
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    control: isMirror ? 'mirror' : direct === null ? 'none' : 'controller',
    ...ownersOf(direct, owners),
    phase: status?.phase ?? 'Unknown',
    ready: status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
    reason: status?.reason ?? reasonOf(status),
    node: spec.nodeName || null,
    hostNetwork: spec.hostNetwork ?? false,
    podIps: ips.length > 0 || !status?.podIP ? ips : [status.podIP],
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? null,
    priority: spec.priority ?? null,
    priorityClass: spec.priorityClassName || null,
    runtimeClass: spec.runtimeClassName ?? null,
    requests: requestsOf(spec),
    containers: containersOf(raw),
    volumes: volumesOf(spec, metadata.name),
    scheduling: schedulingOf(spec),
    evictionAnnotations: evictionAnnotationsOf(metadata.annotations),
    schedulingGates: (spec.schedulingGates ?? []).map(({ name }) => name),
  }
}

function ownersOf(
  direct: Controller | null,
  owners: Owners,
): Pick<ClusterPod, 'owner' | 'ownerResolved' | 'ownedBy'> {
  if (direct === null) return { owner: null, ownerResolved: true }
  const { owner, resolved } = owners.top(direct)
  return { owner, ownerResolved: resolved, ...(owner.uid === direct.uid ? {} : { ownedBy: direct }) }
}

/** Of a pod without a node: why the scheduler finds none. */
function reasonOf(status: RawPod['status']): string | null {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled')
  return scheduled?.status === 'False' ? (scheduled.reason ?? null) : null
}

export const budgets = defineKind({
  list: 'budgets',
  group: 'policy',
  resource: 'poddisruptionbudgets',
  versions: ['v1', 'v1beta1'],
  raw: RawBudget,
  records: ({ metadata, spec, status }, apiVersion) => [
    {
      ...objectOf(metadata),
      namespace: metadata.namespace ?? '',
      labels: metadata.labels ?? {},
      owner: controllerOf(metadata),
      apiVersion,
      selector: spec.selector ? selectorOf(spec.selector) : null,
      minAvailable: spec.minAvailable ?? null,
      maxUnavailable: spec.maxUnavailable ?? null,
      unhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
      generation: metadata.generation ?? null,
      // A budget that no controller has looked at has zeros without omission, and no observedGeneration.
      status:
        status?.observedGeneration === null || status?.observedGeneration === undefined
          ? null
          : {
              observedGeneration: status.observedGeneration,
              disruptionsAllowed: status.disruptionsAllowed ?? 0,
              currentHealthy: status.currentHealthy ?? 0,
              desiredHealthy: status.desiredHealthy ?? 0,
              expectedPods: status.expectedPods ?? 0,
              disruptedPods: Object.keys(status.disruptedPods ?? {}),
              conditions: conditionsOf(status.conditions),
            },
    },
  ],
})
