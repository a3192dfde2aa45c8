import { parseDrainPod } from '../model/drain-pod.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { cordonNode, isOurs, restoreNode, type StateFound } from './cluster-cordon.ts'
import { throwFailure, type Evictor } from './cluster-drain.ts'
import type { ClusterView } from './cluster-view.ts'
import { podsOn } from './core-objects.ts'
import type { DrainChoices } from './drain-choices.ts'
import { excludeFromBalancers, includeInBalancers } from './load-balancer-mark.ts'
import { NodeDrainError } from './drain-failure.ts'
import type { DrainPorts, DrainRun } from './drain-ports.ts'
import { closeRecord, recordNode } from './node-records.ts'
import { planPod } from './drain-preflight.ts'
import { nodeDeadlines } from './pod-deadline.ts'
import type { PodSurroundings } from './pod-class.ts'
import { isSettled, recreatePods, type PodOutcome, type PodWait } from './recreate-pods.ts'
import { cutOffMs } from './sends.ts'
import { volumesLeft } from './volumes-left.ts'

/** How far one node is. */
export type DrainPhase =
  | 'waiting'
  | 'cordoning'
  | 'settling'
  | 'evicting'
  | 'detaching'
  | 'checking'
  | 'drained'
  | 'restoring'
  | 'failed'

export interface DrainNodeOptions {
  ports: DrainPorts
  run: DrainRun
  view: ClusterView
  evictor: Evictor
  around: PodSurroundings
  choices: DrainChoices
  onPhase: (phase: DrainPhase) => void
  /** Called when giving back waits for a pod that is still ending. */
  onPodWait?: ((wait: PodWait) => void) | undefined
}

/** How a node that is cordoned already is emptied. */
export interface EmptyNodeOptions extends DrainNodeOptions {
  /** On the clock that never jumps; undefined = for ever. */
  deadlineMs: number | undefined
  /** False = volumes may stay attached: somebody else waits for them. */
  detaches: boolean
  /** Nothing is evicted before the view has seen the cordon. */
  awaitsCordon?: boolean
  /** Called after every look; it tells when the next is wanted, though nothing may have changed. */
  onLook?: () => number | undefined
}

/** Pods that the scheduler had bound before it saw the cordon are there by then. */
export const settleMs = 5000
const catchUpMs = 1000
/** Source: the default of others; a forced detach comes after six minutes. */
const detachTimeoutMs = 300_000
/** Pods that have been evicted may still be ending when a node is given back; beyond their grace. */
export const endingMs = 10_000

/** Cordons, empties and signs off one node; throws NodeDrainError when that cannot be. It gives nothing back. */
export async function drainNode(
  found: StateFound,
  options: DrainNodeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { ports, run, view, choices, onPhase } = options
  const { node } = found
  const { clock } = ports
  onPhase('cordoning')
  if (!(await recordNode(ports, { name: node, uid: found.uid, run }, signal)))
    throw new NodeDrainError({ reason: 'node-gone' })
  const owner = { run: run.id, holder: run.holder, at: clock.now() }
  await cordonNode(ports.cluster, found, { owner, known: view.nodes.get(node), signal })
  const { timeoutMs } = choices
  const deadlineMs = timeoutMs === undefined ? undefined : clock.monotonicMs() + timeoutMs
  await emptyNode(found, { ...options, deadlineMs, detaches: true }, signal)
}

/**
 * Empties and signs off one node that is cordoned; throws NodeDrainError when that cannot be. `found.wasUnschedulable` says
 * that the view has seen the cordon already.
 */
export async function emptyNode(
  found: StateFound,
  options: EmptyNodeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { ports, run, view, evictor, choices, deadlineMs, onPhase } = options
  const { node } = found
  const { clock } = ports
  const cordonedAtMs = clock.monotonicMs()
  const deadlines =
    deadlineMs === undefined ? undefined : nodeDeadlines(cordonedAtMs, deadlineMs - cordonedAtMs)
  let isCordonSeen = found.wasUnschedulable
  /** Pods that may be bound here again in spite of the cordon, and when the last of them has gone. */
  const tolerating = new Set<string>()
  let toleratedMs = cordonedAtMs

  /** Throws when going on makes no sense. */
  function look(): void {
    // Whoever asks what is left may find that it cannot go.
    const left = evictor.left(node)
    throwFailure(evictor.failureOf(node))
    for (const { planned } of left) if (planned.pod.toleratesCordon) tolerating.add(planned.pod.uid)
    for (const uid of tolerating) {
      if (view.pods.has(uid)) continue
      tolerating.delete(uid)
      toleratedMs = clock.monotonicMs()
    }
    const now = view.nodes.get(node)
    if (now?.uid !== found.uid) throw new NodeDrainError({ reason: 'node-gone' })
    // The watch may tell of the cordon a little later than its answer.
    if (now.isUnschedulable) isCordonSeen = true
    else if (isCordonSeen || isOurs(now.annotations[cordonAnnotation], run.id))
      throw new NodeDrainError({ reason: 'uncordoned' })
    if (deadlineMs === undefined || clock.monotonicMs() < deadlineMs) return
    const blockers = evictor.blockers(node)
    const volumes = options.detaches && blockers.length === 0 ? attachedTo(node, options) : []
    if (volumes.length > 0) throw new NodeDrainError({ reason: 'detach-timeout', volumes })
    const notReadySince = now.isReady ? undefined : (now.readyChangedAt ?? '')
    throw new NodeDrainError({ reason: 'timeout', blockers, notReadySince })
  }

  async function until(isDone: () => boolean, untilMs?: number): Promise<boolean> {
    for (;;) {
      look()
      if (isDone()) return true
      if (untilMs !== undefined && clock.monotonicMs() >= untilMs) return false
      const times = [untilMs, deadlineMs, options.onLook?.()].filter((time) => time !== undefined)
      await view.wake.changed(times.length === 0 ? undefined : Math.min(...times), signal)
    }
  }

  const isEmpty = (): boolean => evictor.left(node).length === 0
  if (choices.loadBalancerSettleMs !== undefined) {
    onPhase('settling')
    // The mark is written on what the cordon has left.
    await until(() => isCordonSeen)
    const owner = { run: run.id, holder: run.holder, at: clock.now() }
    await excludeFromBalancers(ports.cluster, found, { owner, known: view.nodes.get(node), signal })
    await until(() => false, clock.monotonicMs() + choices.loadBalancerSettleMs)
  }
  if (options.awaitsCordon === true) await until(() => isCordonSeen)
  evictor.begin(node, deadlines)
  onPhase('evicting')
  for (;;) {
    await until(isEmpty)
    if (options.detaches) {
      onPhase('detaching')
      await detach(options, found, until)
    }
    onPhase('checking')
    // A pod that comes in this time is evicted like the others.
    await until(() => false, cordonedAtMs + settleMs)
    evictor.settled(node)
    // What tolerates the cordon is bound here as long after its end as others are after the cordon.
    while (clock.monotonicMs() < toleratedMs + settleMs) await until(() => false, toleratedMs + settleMs)
    const isClear = await listsNothing(options, node, signal)
    await until(() => isCordonSeen)
    if (isClear && isEmpty()) return
    // The list is ahead of the watch, which tells the same in a moment.
    onPhase('evicting')
    await until(() => !isEmpty(), clock.monotonicMs() + catchUpMs)
  }
}

/** Waits until no volume is attached that does not belong to a pod that stays. */
async function detach(
  options: DrainNodeOptions,
  { node }: StateFound,
  until: (isDone: () => boolean, untilMs?: number) => Promise<boolean>,
): Promise<void> {
  const { ports, view, choices } = options
  const left = (): string[] => attachedTo(node, options)
  // Where no pod has a volume one may be left of an earlier drain: that was seen at the start.
  if (options.around.volumes.length === 0 && left().length === 0) return
  await view.followAttachments()
  const untilMs = ports.clock.monotonicMs() + (choices.detachTimeoutMs ?? detachTimeoutMs)
  if (!(await until(() => left().length === 0, untilMs)))
    throw new NodeDrainError({ reason: 'detach-timeout', volumes: left() })
}

/** Volumes that are attached to a node and belong to no pod that is still there. */
function attachedTo(node: string, { view, around }: DrainNodeOptions): string[] {
  return volumesLeft({
    node,
    attachments: view.attachments.values(),
    onNode: view.nodes.get(node)?.volumes ?? [],
    staying: [...view.podsOn(node)],
    volumes: around.volumes,
  })
}

/** A quorum read: what the watch has missed, if anything, is in it. */
async function listsNothing(
  { ports, around, choices }: DrainNodeOptions,
  node: string,
  signal: AbortSignal,
): Promise<boolean> {
  const pods = (await ports.cluster.list(podsOn(node), signal)).map(parseDrainPod)
  return pods.every((pod) => planPod(pod, around, choices).action === 'none')
}

/** Gives a node back as it was found, its naked pods included; tells of those that could not be created again. */
export async function giveBack(
  { ports, run, evictor, choices, onPhase, onPodWait }: Omit<DrainNodeOptions, 'view' | 'around'>,
  found: StateFound,
  signal: AbortSignal,
): Promise<PodOutcome[]> {
  onPhase('restoring')
  const { node } = found
  // Before the cordon is lifted, and before anybody asks which pods went.
  const open = await evictor.end(node)
  const openUntilMs = ports.clock.monotonicMs() + cutOffMs
  await restoreNode(ports.cluster, found, { run: run.id, signal })
  if (choices.loadBalancerSettleMs !== undefined)
    await includeInBalancers(ports.cluster, found, { run: run.id, signal })
  const record = await ports.records.read(node)
  // It failed before it was recorded: nothing has been taken off it.
  if (record === undefined || record.runs.every(({ id }) => id !== run.id)) return []
  // Pods of an earlier run, which has drained the node, stay away until it is restored.
  const pods = record.pods.filter((pod) => pod.run === run.id)
  const outcomes = await recreatePods(ports, pods, {
    signal,
    waitMs: endingMs,
    onWait: onPodWait,
    open: { uids: open, untilMs: openUntilMs },
  })
  const settled = outcomes.filter(isSettled).map(({ uid }) => uid)
  const restoredAt = found.annotation === undefined ? ports.clock.now() : undefined
  await closeRecord(ports.records, node, { settled, restoredAt })
  return outcomes.filter((outcome) => !isSettled(outcome) || outcome.result === 'namespace-gone')
}
