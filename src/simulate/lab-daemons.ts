import type { Toleration } from '../model/cluster-parts.ts'
import { tolerates } from '../model/node-selector.ts'
import { labKinds } from './lab-kinds.ts'
import { controllerOf } from './lab-object.ts'
import { nodeMatches } from './lab-placing.ts'
import { isReady, type LabNodeObject, type LabPod, type LabPodSpec } from './lab-pod.ts'
import type { LabListener } from './lab-store.ts'
import { createPod, deletePod, podsOf, staying, writeCounts, type LabWorkload } from './lab-workloads.ts'
import type { LabWorld } from './lab-world.ts'

/** AddOrUpdateDaemonPodTolerations of the real controller. */
const daemonTolerations: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]

/** DaemonSets: one pod on every node that they may run on. */
export function daemonController(world: LabWorld): LabListener {
  const { store, timers } = world
  const soon = (namespace: string | undefined, name: string): void =>
    timers.soon(`daemonset/${namespace}/${name}`, () => {
      const found = store.get(labKinds.daemonSets, name, namespace)
      if (found !== undefined) reconcile(world, found as LabWorkload, () => soon(namespace, name))
    })
  return ({ kind, object, before, after }) => {
    const { namespace, name } = object.metadata
    if (kind === labKinds.daemonSets && after !== undefined) soon(namespace, name)
    if (kind === labKinds.nodes && concerns(before, after))
      for (const { metadata } of store.all(labKinds.daemonSets)) soon(metadata.namespace, metadata.name)
    const owner = kind === labKinds.pods ? controllerOf(object) : undefined
    if (owner?.kind === 'DaemonSet') soon(namespace, owner.name)
  }
}

/** Heartbeats change no pod. */
function concerns(before: object | undefined, after: object | undefined): boolean {
  const [was, is] = [before, after] as [LabNodeObject | undefined, LabNodeObject | undefined]
  return was?.spec !== is?.spec || was?.metadata.labels !== is?.metadata.labels
}

function reconcile(world: LabWorld, set: LabWorkload, retry: () => void): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { spec } = set.spec.template
  const tolerations = [...(spec.tolerations ?? []), ...daemonTolerations]
  if (spec.hostNetwork === true)
    tolerations.push({
      key: 'node.kubernetes.io/network-unavailable',
      operator: 'Exists',
      effect: 'NoSchedule',
    })
  const pods = Map.groupBy(podsOf(world, set), (pod) => nodeOf(pod))
  let [desired, ready, current] = [0, 0, 0]
  for (const node of world.store.all(labKinds.nodes) as Iterable<LabNodeObject>) {
    const here = pods.get(node.metadata.name) ?? []
    const taints = node.spec.taints ?? []
    const mayRun =
      nodeMatches(spec, node) &&
      taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint))
    const mayStay =
      nodeMatches(spec, node) &&
      taints.every((taint) => taint.effect !== 'NoExecute' || tolerates(tolerations, taint))
    if (mayRun) desired += 1
    if (mayRun && here.length === 0) {
      const placed = { tolerations, affinity: only(spec, node.metadata.name) }
      const labels = { 'controller-revision-hash': `${set.metadata.name}-1`, 'pod-template-generation': '1' }
      createPod(world, { kind: labKinds.daemonSets, owner: set, labels, spec: placed }, retry)
    }
    if (!mayStay) for (const pod of staying(here)) deletePod(world, pod)
    if (here.length > 0) current += 1
    if (staying(here).some(isReady)) ready += 1
  }
  writeCounts(world, labKinds.daemonSets, {
    owner: set,
    status: {
      desiredNumberScheduled: desired,
      currentNumberScheduled: current,
      updatedNumberScheduled: current,
      numberReady: ready,
      numberAvailable: ready,
      numberUnavailable: Math.max(0, desired - ready),
      numberMisscheduled: 0,
    },
  })
}

/** The node a pod is on, or is meant for. */
function nodeOf({ spec }: LabPod): string {
  return spec.nodeName ?? onlyNode(spec) ?? ''
}

/** The name of the one node that a pod may be placed on; undefined for pods that may choose. */
export function onlyNode({ affinity }: LabPodSpec): string | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  const [field] = terms?.length === 1 ? (terms[0]?.matchFields ?? []) : []
  return field?.key === 'metadata.name' && field.operator === 'In' ? field.values?.[0] : undefined
}

/** As ReplaceDaemonSetPodNodeNameNodeAffinity: the template's own terms are left out, they have been looked at. */
function only({ affinity }: LabPodSpec, name: string): NonNullable<LabPodSpec['affinity']> {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [name] }]
  const required = { nodeSelectorTerms: [{ matchFields }] }
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  }
}
