import type { Toleration } from '../model/cluster-parts.ts'
import { tolerates } from '../model/node-selector.ts'
import { labKinds } from './lab-kinds.ts'
import { controllerOf, type LabObject } from './lab-object.ts'
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
  const followed = new Map<string, FollowedSet>()

  function followedOf({ metadata: { namespace, name, uid } }: LabObject): FollowedSet {
    const key = `${namespace}/${name}`
    const known = followed.get(key)
    if (known?.uid === uid) return known
    const made: FollowedSet = { uid, template: undefined, nodes: new Map(), dirty: new Set() }
    followed.set(key, made)
    return made
  }

  function soon(set: LabObject, nodes: readonly string[]): void {
    const { namespace, name } = set.metadata
    for (const node of nodes) followedOf(set).dirty.add(node)
    timers.soon(`daemonset/${namespace}/${name}`, () => {
      const found = store.get(labKinds.daemonSets, name, namespace) as LabWorkload | undefined
      if (found === undefined) return
      const retry = (node: string): void => soon(found, [node])
      reconcile(world, found, { of: followedOf(found), retry })
    })
  }

  return ({ kind, object, before, after }) => {
    if (kind === labKinds.daemonSets && after !== undefined) soon(after, [])
    if (kind === labKinds.nodes && concerns(before, after))
      for (const set of store.all(labKinds.daemonSets)) soon(set, [object.metadata.name])
    const owner = kind === labKinds.pods ? controllerOf(object) : undefined
    if (owner?.kind !== 'DaemonSet') return
    const set = store.get(labKinds.daemonSets, owner.name, object.metadata.namespace)
    const pods = [before, after].filter((pod) => pod !== undefined) as LabPod[]
    if (set !== undefined) soon(set, pods.map(nodeOf))
  }
}

/** What is known of a DaemonSet, so that a change on one node is no look at all nodes. */
interface FollowedSet {
  uid: string
  /** By which all nodes were looked at; undefined = they have to be. */
  template: unknown
  nodes: Map<string, DaemonCounts>
  /** Names of nodes on which something has changed. */
  dirty: Set<string>
}

interface DaemonCounts {
  desired: number
  current: number
  ready: number
}

/** Heartbeats change no pod. */
function concerns(before: object | undefined, after: object | undefined): boolean {
  const [was, is] = [before, after] as [LabNodeObject | undefined, LabNodeObject | undefined]
  return was?.spec !== is?.spec || was?.metadata.labels !== is?.metadata.labels
}

function reconcile(
  world: LabWorld,
  set: LabWorkload,
  { of, retry }: { of: FollowedSet; retry: (node: string) => void },
): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const isWhole = of.template !== set.spec.template
  if (isWhole) of.nodes.clear()
  of.template = set.spec.template
  const dirty = isWhole ? [...store.all(labKinds.nodes)].map(({ metadata }) => metadata.name) : [...of.dirty]
  of.dirty.clear()
  const pods = Map.groupBy(podsOf(world, set), (pod) => nodeOf(pod))
  for (const name of dirty) {
    const node = store.get(labKinds.nodes, name) as LabNodeObject | undefined
    if (node === undefined) of.nodes.delete(name)
    else
      of.nodes.set(name, onNode(world, set, { node, here: pods.get(name) ?? [], retry: () => retry(name) }))
  }
  const [desired, current, ready] = (['desired', 'current', 'ready'] as const).map((what) =>
    [...of.nodes.values()].reduce((sum, counts) => sum + counts[what], 0),
  ) as [number, number, number]
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

/** Creates or deletes what has to be on a node, and counts what was there. */
function onNode(
  world: LabWorld,
  set: LabWorkload,
  { node, here, retry }: { node: LabNodeObject; here: readonly LabPod[]; retry: () => void },
): DaemonCounts {
  const { spec } = set.spec.template
  const tolerations = tolerationsOf(spec)
  const taints = node.spec.taints ?? []
  const matches = nodeMatches(spec, node)
  const mayRun =
    matches && taints.every((taint) => taint.effect === 'PreferNoSchedule' || tolerates(tolerations, taint))
  const mayStay =
    matches && taints.every((taint) => taint.effect !== 'NoExecute' || tolerates(tolerations, taint))
  if (mayRun && here.length === 0) {
    const placed = { tolerations, affinity: only(spec, node.metadata.name) }
    const labels = { 'controller-revision-hash': `${set.metadata.name}-1`, 'pod-template-generation': '1' }
    createPod(world, { kind: labKinds.daemonSets, owner: set, labels, spec: placed }, retry)
  }
  if (!mayStay) for (const pod of staying(here)) deletePod(world, pod)
  return {
    desired: Number(mayRun),
    current: Number(here.length > 0),
    ready: Number(staying(here).some(isReady)),
  }
}

function tolerationsOf(spec: LabPodSpec): readonly Toleration[] {
  const tolerations = [...(spec.tolerations ?? []), ...daemonTolerations]
  if (spec.hostNetwork === true)
    tolerations.push({
      key: 'node.kubernetes.io/network-unavailable',
      operator: 'Exists',
      effect: 'NoSchedule',
    })
  return tolerations
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
