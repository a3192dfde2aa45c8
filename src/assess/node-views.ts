import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import { isControlPlane, isEtcdPod } from '../model/control-plane.ts'
import type { NodeSelectorTerm, Resources } from '../model/cluster-parts.ts'
import type { PodVolume } from '../model/cluster-pods.ts'
import { isMoved, nodePodName } from '../model/node-view.ts'
import type { NodePod, NodeReplicas, NodeRoom, NodeView, NodeVolume } from '../model/node-view.ts'
import type { ClusterIndex, KeptPod } from './cluster-index.ts'
import {
  addTo,
  classifyNodes,
  type Candidates,
  type FreeNode,
  type NodeClasses,
} from '../model/node-classes.ts'
import { createNodeLookup } from '../model/node-lookup.ts'
import { matchesTerms, traitsOf } from '../model/node-requirements.ts'
import { nodeWebhooks } from './node-webhooks.ts'

/** Gives the view of a node when it is asked for; undefined for a node that the snapshot does not have. */
export type NodeViews = (name: string) => NodeView | undefined

interface Making {
  index: ClusterIndex
  classes: NodeClasses
  /** Nodes that may fulfil the terms: all of those that do are among them. */
  allowedNodes: (terms: readonly NodeSelectorTerm[]) => readonly FreeNode[]
  shared: Pick<NodeView['cluster'], 'version' | 'nodes'>
  controlPlanes: readonly ClusterNode[]
  /** Nodes with an etcd member that runs as a pod, and whether that is ready. */
  etcd: ReadonlyMap<string, boolean>
  webhooksOf: ReturnType<typeof nodeWebhooks>
}

/** Views of the nodes of an index that is complete; `version` is the API server's. */
export function nodeViews(index: ClusterIndex, version: string): NodeViews {
  const nodes = [...index.nodes.values()]
  const free = nodes.map((node) => freeNode(node, index.requested.get(node.name) ?? {}))
  const making: Making = {
    index,
    allowedNodes: createNodeLookup(free),
    classes: classifyNodes(free, index.requirements.values()),
    shared: { version, nodes: nodes.length },
    controlPlanes: nodes.filter(isControlPlane),
    etcd: etcdMembers(index),
    webhooksOf: nodeWebhooks(index),
  }
  return (name) => {
    const node = index.nodes.get(name)
    return node === undefined ? undefined : viewOf(node, making)
  }
}

function viewOf(node: ClusterNode, making: Making): NodeView {
  const { index, shared, controlPlanes, etcd } = making
  const { name, ready, unschedulable, annotations, info } = node
  const condition = node.conditions.find(({ type }) => type === 'Ready')
  const kept = index.pods.get(name) ?? []
  const others = controlPlanes.filter((other) => other.name !== name)
  const members = [...etcd].filter(([other]) => other !== name)
  return {
    name,
    ready,
    readyReason: ready === 'ready' ? null : (condition?.reason ?? null),
    readySince: condition?.lastTransitionAt ?? null,
    unschedulable,
    cordonedBy: annotations[cordonAnnotation] ?? null,
    controlPlane: isControlPlane(node),
    kubeletVersion: info.kubeletVersion,
    pods: kept.map((pod) => podOf(pod, making)),
    rooms: roomsOf(name, kept, making),
    webhooks: making.webhooksOf(node),
    cluster: {
      ...shared,
      controlPlanes: {
        total: controlPlanes.length,
        readyElsewhere: others.filter((other) => other.ready === 'ready').length,
      },
      etcd: {
        here: etcd.has(name),
        members: etcd.size,
        readyElsewhere: members.filter(([, isReady]) => isReady).length,
      },
    },
  }
}

function freeNode(node: ClusterNode, requested: Resources): FreeNode {
  const free = Object.entries(node.allocatable).map(
    ([resource, amount]) => [resource, Math.max(0, amount - (requested[resource] ?? 0))] as const,
  )
  return {
    ...traitsOf(node),
    name: node.name,
    isUsable: node.ready === 'ready' && !node.unschedulable,
    free: Object.fromEntries(free),
  }
}

function etcdMembers({ pods }: ClusterIndex): Map<string, boolean> {
  const members = new Map<string, boolean>()
  for (const [node, list] of pods) {
    const member = list.find(isEtcdPod)
    if (member !== undefined) members.set(node, member.ready)
  }
  return members
}

function podOf(kept: KeptPod, making: Making): NodePod {
  const { labels: _labels, requests: _requests, node: _node, requirements: _requirements, ...pod } = kept
  return {
    ...pod,
    volumes: kept.volumes.map((volume) => volumeOf(volume, kept, making)),
    budgets: isMoved(kept) ? making.index.budgets.of(kept) : [],
    replicas: replicasOf(kept, making.index),
  }
}

function replicasOf({ owner, node }: KeptPod, { owned, wanted }: ClusterIndex): NodeReplicas | null {
  const pods = owner === null ? undefined : owned.get(owner.uid)
  if (owner === null || pods === undefined) return null
  const here = pods.byNode.get(node) ?? { total: 0, ready: 0 }
  return {
    wanted: wanted.get(owner.uid) ?? null,
    here: here.total,
    elsewhere: pods.total - here.total,
    readyElsewhere: pods.ready - here.ready,
  }
}

function volumeOf(
  volume: PodVolume,
  { namespace, node }: KeptPod,
  { index, allowedNodes }: Making,
): NodeVolume {
  const { name, kind, claim, path, hostPathType, readOnly, medium } = volume
  const own: NodeVolume = {
    name,
    kind,
    ...(path === undefined ? {} : { path }),
    ...(hostPathType === undefined ? {} : { hostPathType }),
    ...(readOnly === true ? { readOnly } : {}),
    ...(medium === undefined ? {} : { medium }),
  }
  if (claim === undefined) return own
  const bound = index.claims.get(`${namespace}/${claim}`)
  // A claim that waits for its first pod has no volume, and no data.
  if (bound === null) return { ...own, claim }
  const found = bound === undefined ? undefined : index.volumes.get(bound)
  if (found === undefined) return { ...own, claim, unresolved: true }
  const { source, capacityBytes, nodeAffinity } = found
  const onlyHere =
    nodeAffinity !== null &&
    !allowedNodes(nodeAffinity).some(
      (other) => other.name !== node && other.isUsable && matchesTerms(other, nodeAffinity),
    )
  return {
    ...own,
    kind: source.kind,
    claim,
    ...(source.path === undefined ? {} : { path: source.path }),
    ...(capacityBytes === null ? {} : { capacityBytes }),
    ...(onlyHere ? { onlyHere } : {}),
  }
}

interface Group {
  candidates: Candidates
  pods: KeptPod[]
  needs: Resources
}

/** The pods of a node by where else they may run; what a narrower group needs is needed of the wider one too. */
function roomsOf(node: string, pods: readonly KeptPod[], { classes }: Making): NodeRoom[] {
  const groups = new Map<string, Group>()
  for (const pod of pods) {
    // Nobody makes a pod without a controller again: it needs no room.
    if (!isMoved(pod) || pod.control === 'none') continue
    const candidates = classes.candidates(pod.requirements)
    const group = groups.get(candidates.key) ?? { candidates, pods: [], needs: {} }
    groups.set(candidates.key, group)
    group.pods.push(pod)
    addTo(group.needs, { ...pod.requests, pods: 1 })
  }
  return [...groups.values()].map((group) => {
    const needs: Resources = {}
    for (const other of groups.values())
      if (isWithin(other.candidates, group.candidates)) addTo(needs, other.needs)
    const tooLarge = group.pods.filter(
      ({ requests }) => !classes.hasNodeWith(group.candidates, node, { ...requests, pods: 1 }),
    )
    return {
      pods: group.pods.map(nodePodName),
      needs,
      ...classes.room(group.candidates, node),
      tooLarge: tooLarge.map(nodePodName),
    }
  })
}

function isWithin(part: Candidates, whole: Candidates): boolean {
  if (part.key === whole.key) return true
  return part.classes.size > 0 && part.classes.isSubsetOf(whole.classes)
}
