import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { NodeRecord, NodeRecords } from '../model/node-record.ts'
import type { Clock } from '../model/ports.ts'
import { approveRequests, type RequestOutcome } from './approve-requests.ts'
import { nodeRef } from './core-objects.ts'
import { missingDaemons } from './daemon-sets.ts'
import type { NodeMerge } from './merge-node.ts'
import { machineChanges, nodeHealth, type NodeHealth } from './node-condition.ts'
import { closeRecord } from './node-records.ts'
import type { NodeHeartbeats } from './node-heartbeat.ts'
import { isSettled, recreatePods, type PodOutcome } from './recreate-pods.ts'
import { isMarked, isOfAnotherRun, liftCordon, takeMarks, writeBack } from './restore-write.ts'
import type { CordonFate, DrainMark } from './restore-write.ts'
import { lostVolumes } from './volume-affinity.ts'
import type { Wait } from './wake.ts'

/** What a restore needs from outside. */
export interface RestorePorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
  records: NodeRecords
  heartbeats: NodeHeartbeats
}

/** What stands between a node and its pods. */
export interface RestoreWait {
  for: 'node' | 'ready' | 'heartbeat' | 'daemon-sets' | 'pod'
  /** What the kubelet says, the lease that is not renewed, names of DaemonSets without a ready pod there, or a pod and until when. */
  detail: string
}

/** How one node ended. */
export interface RestoreOutcome {
  node: string
  result: 'restored' | 'waiting'
  /** False: only marks were taken away, and what the node was like before is not known. */
  hasRecord: boolean
  /** What it still waits for. */
  waits: RestoreWait | undefined
  merge: NodeMerge
  pods: readonly PodOutcome[]
  /** Volumes that could be used on the node before, and cannot now. */
  lostVolumes: readonly string[]
  /** Conditions beside Ready that are not as they should be. */
  troubles: readonly string[]
  /** Why nobody could see whether its kubelet lives; undefined when it was seen, or nothing was waited for. */
  unheard: string | undefined
  /** What tells the machine from that of the record, as text; nobody needs to act on it. */
  changes: readonly string[]
  cordon: CordonFate
  /** Other marks of drains that were on the node. */
  marks: readonly DrainMark[]
  /** Of kubelets; none when they were not looked at. */
  requests: readonly RequestOutcome[]
}

export interface RestoreOptions {
  record: NodeRecord
  uncordon: boolean
  timeoutMs: number
  /** Only look; `server` asks the server for every write, too. */
  dryRun: 'client' | 'server' | undefined
  /** Called with every new reason to wait. */
  onWait: (wait: RestoreWait) => void
  /** Called before anything is written, maybe more than once. */
  onWrite: () => void
  /** Approve the certificates of the node. */
  approves: boolean
}

const lookAgainMs = 2000
const podsEndingMs = 10_000

/**
 * Brings a node back as it was recorded: waits until it is ready, puts back what people had written on it, sees that its
 * DaemonSets run, creates naked pods again, and uncordons it when the cordon is ours. Whatever is done already is left.
 */
export async function bringBackNode(
  ports: RestorePorts,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const { cluster, clock, records } = ports
  const { record, dryRun, uncordon } = options
  refuseOtherCluster(ports, record)
  const { name } = record.node
  const target = { record, name, dryRun }
  const untilMs = clock.monotonicMs() + options.timeoutMs
  const requests = new Map<string, RequestOutcome>()
  const base: Unfinished = { node: name, result: 'waiting', waits: undefined, hasRecord: true, ...nothing }
  const ended = (outcome: Unfinished): RestoreOutcome => ({ ...outcome, requests: [...requests.values()] })
  let troubles: readonly string[] = []
  let unheard: string | undefined
  /** A node that says Ready may have been switched off a moment ago. */
  const silence = async (): Promise<RestoreWait | undefined> => {
    const beat = await ports.heartbeats.look(name, signal)
    unheard = beat.state === 'unknown' ? beat.why : undefined
    if (beat.state !== 'silent') return undefined
    return { for: 'heartbeat', detail: `${beat.lease}, ${beat.renewTime}` }
  }
  /** A node that is not there yet may wait for its certificate. */
  const ready = async (): Promise<RestoreWait | undefined> => {
    const health = await healthOf(ports, name, signal)
    troubles = health?.troubles ?? []
    const notReady = waitFor(name, health)
    // A dry run does not wait, and one look tells nothing.
    const silent = health === undefined || dryRun !== undefined ? undefined : await silence()
    const waits = notReady ?? silent
    if (!options.approves) return waits
    if (dryRun === undefined) options.onWrite()
    const judgement = { node: record.node, recordedAt: record.at, isReady: notReady === undefined }
    for (const outcome of await approveRequests(ports, judgement, { signal, dryRun }))
      requests.set(outcome.name, outcome)
    return waits
  }
  // What people have done since is theirs: a record counts once.
  if (record.restoredAt !== null) return ended(await clearMarks(ports, { ...options, name }, signal))
  const notReady = await waitUntil(ports, options, { untilMs, look: ready, signal })
  if (notReady?.for === 'node') return ended({ ...base, waits: notReady })
  if (notReady !== undefined && dryRun === undefined) return ended({ ...base, waits: notReady })
  if (dryRun === undefined) options.onWrite()
  const { merge, node, isCordonedAgain } = await writeBack(cluster, target, signal)
  const lost = await lostVolumes(cluster, { was: record.node, is: node }, signal)
  const daemons = async (): Promise<RestoreWait | undefined> => {
    const missing = await missingDaemons(cluster, node, signal)
    if (missing.length > 0) return { for: 'daemon-sets', detail: missing.join(', ') }
    return await ready()
  }
  const waits = notReady ?? (await waitUntil(ports, options, { untilMs, look: daemons, signal }))
  const changes = machineChanges(record.node, node)
  const written = { ...base, merge, lostVolumes: lost, waits, changes, troubles, unheard }
  if (waits !== undefined && dryRun === undefined) return ended(written)
  const pods = await recreatePods(ports, record.pods, {
    signal,
    waitMs: podsEndingMs,
    dryRun,
    onWait: ({ pod, until }) => options.onWait({ for: 'pod', detail: `${pod} (${until})` }),
  })
  if (dryRun === undefined) {
    const settled = pods.filter(isSettled).map(({ uid }) => uid)
    await closeRecord(records, name, { settled, restoredAt: undefined })
  }
  // Pods may come when the cordon goes: the load balancers should know the node by then.
  const marks = uncordon ? await takeMarks(cluster, target, signal) : []
  const cordon = isCordonedAgain
    ? 'cordoned-again'
    : uncordon
      ? await liftCordon(cluster, target, signal)
      : 'left'
  if (dryRun === undefined && cordon !== 'left')
    await closeRecord(records, name, { settled: [], restoredAt: clock.now() })
  return ended({ ...written, result: waits === undefined ? 'restored' : 'waiting', pods, cordon, marks })
}

/**
 * Takes the marks of drains off a node when nothing else is to be done for it, because its record is closed or there is
 * none (`record` undefined). One that another run has cordoned is left alone: whoever has that record restores it.
 */
export async function clearMarks(
  { cluster }: Pick<RestorePorts, 'cluster'>,
  options: Pick<RestoreOptions, 'uncordon' | 'dryRun' | 'onWrite'> & MarkedNode,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const { name, record, uncordon, dryRun } = options
  const hasRecord = record !== undefined
  const outcome: RestoreOutcome = {
    ...nothing,
    node: name,
    result: 'restored',
    hasRecord,
    requests: [],
    waits: undefined,
  }
  if (!uncordon) return outcome
  if (await isOfAnotherRun(cluster, options, signal)) return { ...outcome, cordon: 'of-another-run' }
  if (dryRun === undefined && (await isMarked(cluster, name, signal))) options.onWrite()
  const marks = await takeMarks(cluster, options, signal)
  return { ...outcome, marks, cordon: await liftCordon(cluster, options, signal) }
}

interface MarkedNode {
  name: string
  record: NodeRecord | undefined
}

type Unfinished = Omit<RestoreOutcome, 'requests'>

const nothing = {
  merge: { labels: {}, annotations: {}, taints: [], conflicts: [] },
  pods: [],
  lostVolumes: [],
  troubles: [],
  unheard: undefined,
  changes: [],
  cordon: 'left',
  marks: [],
} as const

/** Throws RECORD_OTHER_CLUSTER: what was written down about one cluster must not be done to another. */
export function refuseOtherCluster(
  { cluster, records }: Pick<RestorePorts, 'cluster' | 'records'>,
  { cluster: recorded, node }: NodeRecord,
): void {
  if (records.clusterUid === recorded.uid) return
  const message = `the record of ${node.name} is of the cluster ${recorded.context} (${recorded.server}), not of ${cluster.context} (${cluster.server})`
  throw new MigrationError('RECORD_OTHER_CLUSTER', message, {
    hint: 'choose the cluster with --context or --kubeconfig, or the record with --record',
  })
}

interface Looking {
  untilMs: number
  /** Undefined when there is nothing to wait for. */
  look: () => Promise<RestoreWait | undefined>
  signal: AbortSignal
}

async function waitUntil(
  { clock, wait }: RestorePorts,
  { dryRun, onWait }: RestoreOptions,
  { untilMs, look, signal }: Looking,
): Promise<RestoreWait | undefined> {
  let told = ''
  for (;;) {
    const waits = await look()
    if (waits === undefined || dryRun !== undefined || clock.monotonicMs() >= untilMs) return waits
    const text = `${waits.for} ${waits.detail}`
    if (text !== told) onWait(waits)
    told = text
    await wait(Math.min(lookAgainMs, Math.max(1, untilMs - clock.monotonicMs())), signal)
  }
}

/** Undefined when there is no such node. */
async function healthOf(
  { cluster }: RestorePorts,
  name: string,
  signal: AbortSignal,
): Promise<NodeHealth | undefined> {
  const object = await cluster.get(nodeRef(name), signal)
  return object === undefined ? undefined : nodeHealth(object)
}

function waitFor(name: string, health: NodeHealth | undefined): RestoreWait | undefined {
  if (health === undefined) return { for: 'node', detail: name }
  return health.notReady === undefined ? undefined : { for: 'ready', detail: health.notReady }
}
