import { z } from 'zod'
import { parseApiObject, StringMap } from './api-object.ts'
import type { ApiObject } from './cluster-port.ts'
import type { DrainPod } from './drain-pod.ts'
import { isEmptySelector, LabelSelector, matchesLabels } from './label-selector.ts'

const Budget = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().nullish(),
    labels: StringMap,
    ownerReferences: z
      .array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }))
      .nullish(),
  }),
  spec: z.object({
    selector: LabelSelector.nullish(),
    minAvailable: z.union([z.number(), z.string()]).nullish(),
    maxUnavailable: z.union([z.number(), z.string()]).nullish(),
    unhealthyPodEvictionPolicy: z.string().nullish(),
  }),
  status: z
    .object({
      observedGeneration: z.number().nullish(),
      disruptionsAllowed: z.number().nullish(),
      currentHealthy: z.number().nullish(),
      desiredHealthy: z.number().nullish(),
      expectedPods: z.number().nullish(),
      disruptedPods: z.record(z.string(), z.unknown()).nullish(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})

/** A PodDisruptionBudget as a drain sees it. */
export interface DrainBudget {
  namespace: string
  name: string
  uid: string
  resourceVersion: string
  labels: Readonly<Record<string, string>>
  /** `postgresql.cnpg.io/v1 Cluster` and the like. */
  owners: readonly string[]
  selector: LabelSelector | undefined
  /** What people wrote: `minAvailable 2`. */
  rule: string
  alwaysAllowsUnhealthy: boolean
  /** The controller has seen the spec as it is now. */
  isCurrent: boolean
  allowed: number
  currentHealthy: number
  desiredHealthy: number
  expectedPods: number
  /** Names of pods whose eviction is counted already, and that the controller has not yet seen ending. */
  disruptedPods: readonly string[]
  /** ISO 8601; since when it lets nobody go, where the server says so (1.22 and newer). */
  closedAt: string | undefined
}

/** Reads a PodDisruptionBudget; the version decides what an empty selector means. Throws CLUSTER_ANSWER_INVALID. */
export function parseDrainBudget(object: ApiObject, version: string): DrainBudget {
  const { metadata, spec, status } = parseApiObject(Budget, object, 'PodDisruptionBudget')
  const { minAvailable, maxUnavailable, selector } = spec
  // policy/v1beta1: "an empty selector matches nothing"; policy/v1: everything in the namespace.
  const matchesNone =
    selector === null || selector === undefined || (version !== 'v1' && isEmptySelector(selector))
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    labels: metadata.labels,
    owners: (metadata.ownerReferences ?? []).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
    selector: matchesNone ? undefined : selector,
    rule:
      maxUnavailable === null || maxUnavailable === undefined
        ? `minAvailable ${minAvailable ?? 1}`
        : `maxUnavailable ${maxUnavailable}`,
    alwaysAllowsUnhealthy: spec.unhealthyPodEvictionPolicy === 'AlwaysAllow',
    isCurrent: (status?.observedGeneration ?? -1) >= (metadata.generation ?? 0),
    allowed: Math.max(0, status?.disruptionsAllowed ?? 0),
    currentHealthy: status?.currentHealthy ?? 0,
    desiredHealthy: status?.desiredHealthy ?? 0,
    expectedPods: status?.expectedPods ?? 0,
    disruptedPods: Object.keys(status?.disruptedPods ?? {}),
    closedAt:
      status?.conditions?.find(({ type, status }) => type === 'DisruptionAllowed' && status === 'False')
        ?.lastTransitionTime ?? undefined,
  }
}

/** `namespace/name`: unique among budgets. */
export function budgetKey({ namespace, name }: Pick<DrainBudget, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/** The budgets that cover a pod, in name order. */
export function budgetsOf(
  pod: Pick<DrainPod, 'namespace' | 'labels'>,
  budgets: Iterable<DrainBudget>,
): DrainBudget[] {
  return [...budgets]
    .filter(
      ({ namespace, selector }) =>
        namespace === pod.namespace && selector !== undefined && matchesLabels(selector, pod.labels),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
