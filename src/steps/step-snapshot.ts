import type { ApiObject, Cluster } from '../model/cluster-port.ts'
import { comparedLists, type ComparedList } from '../model/compared-lists.ts'
import { parseRecordedNode } from '../model/node-record.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Clock } from '../model/ports.ts'
import { NoParameters, VerifyWorkloadsParameters } from '../model/parameters-restore.ts'
import { defineStep, type Step, type StepMemory } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { z } from 'zod'
import type { ComparedCluster } from './compare-cluster.ts'
import { nodeRef } from './core-objects.ts'
import { missingDaemons } from './daemon-sets.ts'
import { nodeGone } from './step-ports.ts'

/** A snapshot that a run has taken, as its nodes remember it. */
export const TakenSnapshot = z.object({
  /** Its name among the files of the run. */
  file: z.string(),
  sha256: z.string(),
  /** When it was begun. */
  takenAt: z.iso.datetime(),
})
export type TakenSnapshot = z.infer<typeof TakenSnapshot>

/** The snapshots of one run. */
export interface RunSnapshots {
  /** The first of the run; undefined when there is none. */
  first(): Promise<TakenSnapshot | undefined>
  /** The newest that is whole, with the lists that are not; undefined when there is none. */
  latest(): Promise<(TakenSnapshot & { gaps: readonly ComparedList[] }) | undefined>
  /** Takes one, or waits for the one that is being taken. It is on disk when this resolves, or not there at all. */
  take(signal: AbortSignal): Promise<void>
  /** What is compared of one; throws when it is not what was taken then. */
  read(snapshot: TakenSnapshot, signal: AbortSignal): Promise<ComparedCluster>
}

/** What the step that records the cluster is given. */
export interface SnapshotStepPorts {
  cluster: Cluster
  clock: Clock
  snapshots: RunSnapshots
}

/** What a node remembers of how it was before the run. */
export const SnapshotMemory = TakenSnapshot.extend({
  /** The first snapshot of the run, when it is another one. Earlier versions do not tell. */
  first: TakenSnapshot.optional(),
  uid: z.string(),
  bootId: z.string().nullable(),
  machineId: z.string().nullable(),
  /** Left out by earlier versions. */
  osImage: z.string().nullish(),
  /** DaemonSets without a ready pod on the node, as `namespace/name`. Left out by earlier versions. */
  daemonsMissing: z.array(z.string()).optional(),
})

/** Memories are small; a node on which more are missing has other troubles. */
const mostDaemons = 200

/** A listing of the whole cluster for each node would be more than a server can bear. */
const sharedMs = 15 * 60_000

/** Records the cluster, for all nodes that start about the same time, and the machine that the node is. */
export const snapshotStep: Step<typeof NoParameters, SnapshotStepPorts> = defineStep<
  typeof NoParameters,
  SnapshotStepPorts
>({
  uses: 'cluster.snapshot',
  with: NoParameters,

  async observe({ node: { name }, ports, signal }) {
    const found = await machineOf(ports.cluster, name, signal)
    return (await fresh(ports)) === undefined ? { state: 'todo', found } : 'done'
  },

  async act({ ports, signal, onWait }) {
    if ((await fresh(ports)) !== undefined) return
    onWait({ en: 'for the list of everything in the cluster', zh: '等待列出集群中的全部对象' })
    await ports.snapshots.take(signal)
  },

  async verify({ node, ports, signal }) {
    const snapshot = await ports.snapshots.latest()
    if (snapshot === undefined)
      throw new StepError('transient', 'the snapshot of the run is not there any more', {
        code: 'SNAPSHOT_MISSING',
      })
    const { gaps, ...taken } = snapshot
    const missing = listsToCompare(node).filter((list) => gaps.includes(list))
    if (missing.length > 0)
      throw new StepError('config', `what will be compared could not be read: ${missing.join(', ')}`, {
        code: 'SNAPSHOT_NOT_WHOLE',
      })
    const first = await ports.snapshots.first()
    const earlier = first === undefined || first.file === taken.file ? {} : { first }
    return { ...taken, ...earlier, ...(await nodeBefore(ports.cluster, node.name, signal)) }
  },
})

async function fresh({ snapshots, clock }: SnapshotStepPorts): Promise<TakenSnapshot | undefined> {
  const snapshot = await snapshots.latest()
  if (snapshot === undefined) return undefined
  const ageMs = Date.parse(clock.now()) - Date.parse(snapshot.takenAt)
  // One from the future tells that the clock was changed: nobody knows how old it is.
  return ageMs >= 0 && ageMs <= sharedMs ? snapshot : undefined
}

/** Which machine the node is, and since which boot. */
async function machineOf(cluster: Cluster, name: string, signal: AbortSignal): Promise<StepMemory> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object === undefined) throw nodeGone(name)
  return machineIn(object)
}

/** The same, and what is not well on it: nobody expects that of the node when it comes back. */
async function nodeBefore(cluster: Cluster, name: string, signal: AbortSignal): Promise<StepMemory> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object === undefined) throw nodeGone(name)
  const missing = await missingDaemons(cluster, parseRecordedNode(object), signal)
  return { ...machineIn(object), daemonsMissing: missing.slice(0, mostDaemons) }
}

function machineIn(object: ApiObject): StepMemory {
  const { uid, bootId, machineId, osImage } = parseRecordedNode(object)
  return { uid, bootId, machineId, osImage }
}

/** Lists that the plan compares at the end of this node: without them it would fail for sure when it is too late. */
function listsToCompare({ steps }: PlannedNode): readonly ComparedList[] {
  const asked = steps
    .filter(({ uses }) => uses === 'workloads.verify')
    .flatMap((step) => VerifyWorkloadsParameters.parse(step.with).compare)
  return comparedLists.filter((list) => asked.includes(list))
}
