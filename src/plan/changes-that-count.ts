import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { PersistentVolume } from '../model/cluster-storage.ts'
import type { ClusterWorkload } from '../model/cluster-workloads.ts'
import type { ClusterGap } from '../model/cluster.ts'
import { matchesLabels } from '../model/label-selector.ts'
import { matchesTerms, traitsOf } from '../model/node-requirements.ts'
import type { ChangedField, ChangedObject } from './cluster-changes.ts'

/** Where a pod runs, and what selects it. */
export interface LabelledPod {
  namespace: string
  labels: Readonly<Record<string, string>>
  /** Null while it has none. */
  node: string | null
}

/** What a change is held against. */
export interface ChangeScene {
  /** Names of the nodes that the run may begin. */
  toBegin: ReadonlySet<string>
  /** As they are now. */
  nodes: readonly ClusterNode[]
  workloads: readonly ClusterWorkload[]
  volumes: readonly PersistentVolume[]
  /** At least those of the namespaces in `namespacesOf`. */
  pods: readonly LabelledPod[]
}

/** Namespaces of which the pods tell whether a change counts: of what is new none does. */
export function namespacesOf(changes: readonly ChangedObject[]): string[] {
  const asked = changes.filter(({ change }) => change !== 'new')
  return [...new Set(asked.flatMap(({ namespace }) => namespace ?? []))].sort()
}

/**
 * Those of the changes on which the nodes to begin rest: themselves, room that others have lost, budgets in the namespaces of
 * their pods, what their pods demand or how few those are now, volumes on their disks, also new ones. In a large cluster
 * something else changes every minute; whatever else is new the steps look at themselves.
 */
export function changesThatCount(changes: readonly ChangedObject[], scene: ChangeScene): ChangedObject[] {
  const leaving = Map.groupBy(
    scene.pods.filter(({ node }) => node !== null && scene.toBegin.has(node)),
    ({ namespace }) => namespace,
  )
  return changes.filter((object) => {
    if (object.kind === 'PersistentVolume') return ofVolume(object, scene)
    if (object.change === 'new') return false
    if (object.kind === 'Node') return ofNode(object, scene)
    const own = leaving.get(object.namespace ?? '') ?? []
    if (object.kind === 'PodDisruptionBudget') return own.length > 0
    return ofWorkload(object, scene, own)
  })
}

/** True when fewer pods are wanted than were, and nothing else of the workload has changed. */
export function isScaledDown({ change, fields }: ChangedObject): boolean {
  return change === 'changed' && fields.some(isLowered) && fields.every(({ field }) => field === 'replicas')
}

function ofNode({ name, change, fields }: ChangedObject, { toBegin }: ChangeScene): boolean {
  if (toBegin.has(name) || change === 'gone') return true
  return fields.some(
    ({ field, after }) => field === 'taints' || (field === 'unschedulable' && after === 'true'),
  )
}

function ofVolume({ name, change }: ChangedObject, { nodes, volumes, toBegin }: ChangeScene): boolean {
  if (change === 'gone') return false
  const affinity = volumes.find((volume) => volume.name === name)?.nodeAffinity ?? []
  return nodes.some((node) => toBegin.has(node.name) && matchesTerms(traitsOf(node), affinity))
}

function ofWorkload(
  { kind, namespace, name, change, fields }: ChangedObject,
  { workloads }: ChangeScene,
  pods: readonly LabelledPod[],
): boolean {
  const known = workloads.find((one) => one.kind === kind && one.namespace === namespace && one.name === name)
  const selector = known?.selector ?? null
  if (selector === null) return false
  const isOther =
    change === 'replaced' || fields.some((field) => field.field !== 'replicas' || isLowered(field))
  return isOther && pods.some(({ labels }) => matchesLabels(selector, labels))
}

function isLowered({ field, before, after }: ChangedField): boolean {
  return field === 'replicas' && Number(after ?? 0) < Number(before ?? 0)
}

/**
 * The first list that cannot tell whether an object of it is gone, as it or some of it could not be read.
 * Undefined when whatever is missing is gone for sure.
 */
export function untoldList(
  changes: readonly ChangedObject[],
  gaps: readonly ClusterGap[],
): ClusterGap | undefined {
  const missing = new Set(
    changes.flatMap(({ change, kind }) => (change === 'gone' ? [`${kind.toLowerCase()}s`] : [])),
  )
  return gaps.find(({ reason, resource }) => reason !== 'absent' && missing.has(resource.split('.')[0] ?? ''))
}
