import { z } from 'zod'
import type { ClusterWorkload, WorkloadKind, WorkloadStrategy } from '../model/cluster-workloads.ts'
import type { ListedKind } from './kind.ts'
import {
  controllerOf,
  countOrShare,
  flag,
  objectOf,
  optionalWord,
  RawMeta,
  RawSelector,
  selectorOf,
  whole,
  word,
} from './raw.ts'
import { RawTemplate } from './raw-pod.ts'
import { schedulingOf } from './raw-scheduling.ts'

const RawStrategy = z
  .object({
    type: optionalWord,
    rollingUpdate: z
      .object({ maxUnavailable: countOrShare, maxSurge: countOrShare, partition: whole })
      .nullish(),
  })
  .nullish()

/** What the six kinds have of these; the API gives the same names the same meaning in all of them. */
const RawJobSpec = z.object({
  completions: whole,
  parallelism: whole,
  suspend: flag,
  selector: RawSelector.nullish(),
  template: RawTemplate.nullish(),
})

export const RawWorkload = z.object({
  metadata: RawMeta,
  spec: z
    .object({
      ...RawJobSpec.shape,
      replicas: whole,
      minReadySeconds: whole,
      paused: flag,
      strategy: RawStrategy,
      updateStrategy: RawStrategy,
      podManagementPolicy: optionalWord,
      volumeClaimTemplates: z
        .array(z.object({ metadata: z.object({ name: optionalWord }).nullish() }))
        .nullish(),
      schedule: optionalWord,
      concurrencyPolicy: optionalWord,
      jobTemplate: z.object({ spec: RawJobSpec.nullish() }).nullish(),
    })
    .nullish(),
  status: z
    .object({
      observedGeneration: whole,
      readyReplicas: whole,
      availableReplicas: whole,
      updatedReplicas: whole,
      desiredNumberScheduled: whole,
      numberReady: whole,
      numberAvailable: whole,
      updatedNumberScheduled: whole,
      ready: whole,
      // A count of a Job, a list of Jobs of a CronJob.
      active: z.union([z.int(), z.array(z.unknown())]).nullish(),
      succeeded: whole,
      failed: whole,
      conditions: z.array(z.object({ type: word, status: word })).nullish(),
    })
    .nullish(),
})
export type RawWorkload = z.infer<typeof RawWorkload>

export interface WorkloadResource extends ListedKind {
  kind: WorkloadKind
}

/** In this order: ReplicaSets and Jobs tell who stands above a pod. */
export const workloadResources: readonly WorkloadResource[] = [
  { kind: 'ReplicaSet', group: 'apps', resource: 'replicasets', versions: ['v1'] },
  { kind: 'Job', group: 'batch', resource: 'jobs', versions: ['v1'] },
  { kind: 'Deployment', group: 'apps', resource: 'deployments', versions: ['v1'] },
  { kind: 'StatefulSet', group: 'apps', resource: 'statefulsets', versions: ['v1'] },
  { kind: 'DaemonSet', group: 'apps', resource: 'daemonsets', versions: ['v1'] },
  { kind: 'CronJob', group: 'batch', resource: 'cronjobs', versions: ['v1', 'v1beta1'] },
]

/** True for what a Deployment makes: the Deployment stands for it. */
export function isMadeByDeployment(kind: WorkloadKind, { metadata }: RawWorkload): boolean {
  return kind === 'ReplicaSet' && controllerOf(metadata)?.kind === 'Deployment'
}

/** The record of a workload; the digests of its images are those of its pods, which are read later. */
export function workloadOf(
  raw: RawWorkload,
  { kind, apiVersion }: { kind: WorkloadKind; apiVersion: string },
): ClusterWorkload {
  const { metadata, spec } = raw
  const jobSpec = kind === 'CronJob' ? spec?.jobTemplate?.spec : spec
  const template = jobSpec?.template?.spec
  const containers = [...(template?.initContainers ?? []), ...(template?.containers ?? [])]
  const images = new Set(containers.flatMap(({ image }) => image ?? []))
  const { observedGeneration: seen } = raw.status ?? {}
  return {
    ...objectOf(metadata),
    kind,
    namespace: metadata.namespace ?? '',
    apiVersion,
    labels: metadata.labels ?? {},
    owner: controllerOf(metadata),
    selector: spec?.selector ? selectorOf(spec.selector) : null,
    ...countsOf(kind, raw),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    observed: typeof seen === 'number' && metadata.generation ? seen >= metadata.generation : null,
    paused: (spec?.paused ?? false) || (spec?.suspend ?? false),
    strategy: strategyOf(spec),
    images: [...images].map((image) => ({ image, digests: [] })),
    scheduling: template ? schedulingOf(template) : {},
    priorityClass: template?.priorityClassName || null,
    runtimeClass: template?.runtimeClassName ?? null,
    claimTemplates: (spec?.volumeClaimTemplates ?? []).flatMap(({ metadata }) => metadata?.name ?? []),
    job: kind === 'Job' || kind === 'CronJob' ? jobOf(raw, jobSpec) : null,
  }
}

type Counts = Pick<ClusterWorkload, 'replicas' | 'ready' | 'available' | 'updated'>

/** The API leaves zeros out, so a status that is there and silent says zero. */
function countsOf(kind: WorkloadKind, { spec, status }: RawWorkload): Counts {
  const told = (count: number | null | undefined): number | null => (status ? (count ?? 0) : null)
  if (kind === 'CronJob') return { replicas: null, ready: null, available: null, updated: null }
  if (kind === 'Job') {
    const active = typeof status?.active === 'number' ? status.active : 0
    // Counted since 1.21 only.
    const ready = status?.ready ?? (active === 0 ? 0 : null)
    return { replicas: spec?.parallelism ?? 1, ready, available: null, updated: null }
  }
  if (kind === 'DaemonSet') {
    return {
      replicas: told(status?.desiredNumberScheduled),
      ready: told(status?.numberReady),
      available: told(status?.numberAvailable),
      updated: told(status?.updatedNumberScheduled),
    }
  }
  return {
    replicas: spec?.replicas ?? 1,
    ready: told(status?.readyReplicas),
    // StatefulSets tell it since 1.22 only: silence is no zero there.
    available: kind === 'StatefulSet' ? (status?.availableReplicas ?? null) : told(status?.availableReplicas),
    updated: kind === 'ReplicaSet' ? null : told(status?.updatedReplicas),
  }
}

function strategyOf(spec: RawWorkload['spec']): WorkloadStrategy {
  const strategy = spec?.strategy ?? spec?.updateStrategy
  const rolling = strategy?.rollingUpdate
  return {
    type: strategy?.type ?? spec?.concurrencyPolicy ?? null,
    maxUnavailable: rolling?.maxUnavailable ?? null,
    maxSurge: rolling?.maxSurge ?? null,
    partition: rolling?.partition ?? null,
    podManagement: spec?.podManagementPolicy ?? null,
  }
}

function jobOf(
  { spec, status }: RawWorkload,
  jobSpec: z.infer<typeof RawJobSpec> | null | undefined,
): ClusterWorkload['job'] {
  const { active } = status ?? {}
  const ends = (status?.conditions ?? []).filter(({ type }) => type === 'Complete' || type === 'Failed')
  return {
    schedule: spec?.schedule ?? null,
    completions: jobSpec?.completions ?? null,
    active: Array.isArray(active) ? active.length : (active ?? 0),
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
    finished: ends.some(({ status }) => status === 'True'),
  }
}
