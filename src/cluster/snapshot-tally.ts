import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { ClusterBudget, ClusterPod } from '../model/cluster-pods.ts'
import type { ClusterList, ClusterRecord, ClusterSummary } from '../model/cluster.ts'
import type { NodeIdentity } from '../model/match-hosts.ts'

/** What is kept of the lists that go by. Each list fills one of its own, since it may begin again. */
export interface SnapshotTally {
  nodes: NodeIdentity[]
  readiness: NonNullable<ClusterSummary['nodes']>
  phases: Record<string, number>
  blockingBudgets: NonNullable<ClusterSummary['blockingBudgets']>
  /** Digests that pods run, by uid of the controller and by image. */
  digests: Map<string, Map<string, Set<string>>>
}

export function createTally(): SnapshotTally {
  return {
    nodes: [],
    readiness: { ready: 0, notReady: 0, unknown: 0, unschedulable: 0 },
    phases: {},
    blockingBudgets: [],
    digests: new Map(),
  }
}

/** Keeps what is wanted of one record; most lists are only counted. */
export function keep<L extends ClusterList>(tally: SnapshotTally, list: L, record: ClusterRecord<L>): void {
  if (list === 'nodes') keepNode(tally, record as ClusterNode)
  else if (list === 'pods') keepPod(tally, record as ClusterPod)
  else if (list === 'budgets') keepBudget(tally, record as ClusterBudget)
}

function keepNode({ nodes, readiness }: SnapshotTally, node: ClusterNode): void {
  nodes.push({
    name: node.name,
    machineId: node.info.machineId,
    addresses: node.addresses.map(({ address }) => address),
  })
  readiness[node.ready === 'not-ready' ? 'notReady' : node.ready] += 1
  if (node.unschedulable) readiness.unschedulable += 1
}

function keepPod(
  { phases, digests }: SnapshotTally,
  { phase, owner, ownedBy, containers }: ClusterPod,
): void {
  phases[phase] = (phases[phase] ?? 0) + 1
  for (const controller of [owner, ownedBy]) {
    if (!controller) continue
    const images = digests.get(controller.uid) ?? new Map<string, Set<string>>()
    digests.set(controller.uid, images)
    for (const { image, digest } of containers) {
      const found = images.get(image) ?? new Set<string>()
      images.set(image, found)
      if (digest !== null) found.add(digest)
    }
  }
}

/** A budget without pods blocks nobody; one whose status nobody has written yet may. */
function keepBudget({ blockingBudgets }: SnapshotTally, { namespace, name, status }: ClusterBudget): void {
  if (status !== null && (status.disruptionsAllowed > 0 || status.expectedPods === 0)) return
  blockingBudgets.push({ namespace, name, pods: status?.expectedPods ?? null })
}
