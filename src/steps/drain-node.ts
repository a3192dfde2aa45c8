import { parseDrainPod } from '../model/drain-pod.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import { cordonNode, isOurs, restoreNode, type StateFound } from './cluster-cordon.ts'
import { throwFailure, type Evictor } from './cluster-drain.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import { NodeDrainError } from './drain-failure.ts'
import type { DrainPorts, DrainRun } from './drain-ports.ts'
import { planPod } from './drain-preflight.ts'
import type { PodSurroundings } from './pod-class.ts'
import { volumesLeft } from './volumes-left.ts'

/** How far one node is. */
export type DrainPhase =
  | 'waiting'
  | 'cordoning'
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
}

/** Pods that the scheduler had bound before it saw the cordon are there by then. */
const settleMs = 5000
const catchUpMs = 1000
/** Source: the default of others; a forced detach comes after six minutes. */
const detachTimeoutMs = 300_000

/** Cordons, empties and signs off one node; throws NodeDrainError when that cannot be. It gives nothing back. */
export async function drainNode(
  found: StateFound,
  options: DrainNodeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { ports, run, view, evictor, choices, onPhase } = options
  const { node } = found
  const { clock } = ports
  onPhase('cordoning')
  const owner = { run: run.id, holder: run.holder, at: clock.now() }
  await cordonNode(ports.cluster, found, { owner, known: view.nodes.get(node), signal })
  const cordonedAtMs = clock.monotonicMs()
  const deadlineMs = choices.timeoutMs === undefined ? undefined : cordonedAtMs + choices.timeoutMs
  let isCordonSeen = found.wasUnschedulable

  /** Throws when going on makes no sense. */
  function look(): void {
    throwFailure(evictor.failureOf(node))
    const now = view.nodes.get(node)
    if (now?.uid !== found.uid) throw new NodeDrainError({ reason: 'node-gone' })
    // The watch may tell of the cordon a little later than its answer.
    if (now.isUnschedulable) isCordonSeen = true
    else if (isCordonSeen || isOurs(now.annotations[cordonAnnotation], run.id))
      throw new NodeDrainError({ reason: 'uncordoned' })
    if (deadlineMs !== undefined && clock.monotonicMs() >= deadlineMs)
      throw new NodeDrainError({ reason: 'timeout', blockers: evictor.blockers(node) })
  }

  async function until(isDone: () => boolean, untilMs?: number): Promise<boolean> {
    for (;;) {
      look()
      if (isDone()) return true
      if (untilMs !== undefined && clock.monotonicMs() >= untilMs) return false
      const times = [untilMs, deadlineMs].filter((time) => time !== undefined)
      await view.wake.changed(times.length === 0 ? undefined : Math.min(...times), signal)
    }
  }

  const isEmpty = (): boolean => evictor.left(node).length === 0
  evictor.begin(node)
  onPhase('evicting')
  for (;;) {
    await until(isEmpty)
    onPhase('detaching')
    await detach(options, found, until)
    onPhase('checking')
    // A pod that comes in this time is evicted like the others.
    await until(() => false, cordonedAtMs + settleMs)
    evictor.settled(node)
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
  { ports, view, around, choices }: DrainNodeOptions,
  { node }: StateFound,
  until: (isDone: () => boolean, untilMs?: number) => Promise<boolean>,
): Promise<void> {
  const left = (): string[] =>
    volumesLeft({
      node,
      attachments: view.attachments.values(),
      onNode: view.nodes.get(node)?.volumes ?? [],
      staying: [...view.pods.values()].filter((pod) => pod.node === node),
      volumes: around.volumes,
    })
  const hadClaims = around.volumes.length > 0
  if (!hadClaims && left().length === 0) return
  await view.followAttachments()
  const untilMs = ports.clock.monotonicMs() + (choices.detachTimeoutMs ?? detachTimeoutMs)
  if (!(await until(() => left().length === 0, untilMs)))
    throw new NodeDrainError({ reason: 'detach-timeout', volumes: left() })
}

/** A quorum read: what the watch has missed, if anything, is in it. */
async function listsNothing(
  { ports, around, choices }: DrainNodeOptions,
  node: string,
  signal: AbortSignal,
): Promise<boolean> {
  const query = { group: '', version: 'v1', resource: 'pods', fieldSelector: `spec.nodeName=${node}` }
  const pods = (await ports.cluster.list(query, signal)).map(parseDrainPod)
  return pods.every((pod) => planPod(pod, around, choices).action === 'none')
}

/** Gives a node back as it was found. */
export async function giveBack(
  { ports, run, evictor, onPhase }: Pick<DrainNodeOptions, 'ports' | 'run' | 'evictor' | 'onPhase'>,
  found: StateFound,
  signal: AbortSignal,
): Promise<void> {
  onPhase('restoring')
  evictor.end(found.node)
  await restoreNode(ports.cluster, found, { run: run.id, signal })
}
