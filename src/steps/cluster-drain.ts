import type { WriteAnswer } from '../model/cluster-port.ts'
import { podName, type DrainPod } from '../model/drain-pod.ts'
import { answerEffect } from './answer-effect.ts'
import { blockersOf, type Blocker } from './drain-blockers.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import { NodeDrainError, type DrainFailure } from './drain-failure.ts'
import { manifestOf } from './pod-manifest.ts'
import type { DrainPorts } from './drain-ports.ts'
import { planPod, refusalsOf } from './drain-preflight.ts'
import { pickEvictions, type PodTask } from './pick-evictions.ts'
import type { PodSurroundings } from './pod-class.ts'
import { graceFor } from './pod-grace.ts'
import { createPodTasks } from './pod-tasks.ts'

/** Evicts the pods of any number of nodes at once, each within its budgets. */
export interface Evictor {
  /** From now on pods of this node are evicted; it must be cordoned. */
  begin(node: string): void
  /** Nothing more is sent for this node. */
  end(node: string): void
  /** Pods that are still to go. */
  left(node: string): PodTask[]
  blockers(node: string): Blocker[]
  /** Why this node cannot be drained, once that is so. */
  failureOf(node: string): DrainFailure | undefined
  /** Pods that came after the settling time and are created again and again are told apart from then on. */
  settled(node: string): void
  /** Sends what may be sent, until the signal; rejects with what makes going on impossible. */
  run(signal: AbortSignal): Promise<never>
}

export interface EvictorOptions {
  ports: DrainPorts
  view: ClusterView
  around: PodSurroundings
  choices: DrainChoices
}

export function createEvictor({ ports, view, around, choices }: EvictorOptions): Evictor {
  const { cluster, clock } = ports
  /** In the order of admission, which is the order of precedence. */
  const draining = new Map<string, { isSettled: boolean; owners: Set<string> }>()
  const failures = new Map<string, DrainFailure>()
  const tasks = createPodTasks({
    view,
    plan: (pod) => planPod(pod, around, choices),
    onNew: examine,
  })

  /** A pod may come between the preflight and the cordon, or in spite of the cordon. */
  function examine({ planned, node }: PodTask): void {
    const { pod } = planned
    const state = draining.get(node)
    if (planned.action === 'none' || state === undefined) return
    const notices = refusalsOf(planned, view.ledger.all(), choices).filter(
      ({ reason }) => reason !== 'budget-zero',
    )
    if (notices.length > 0) fail(node, { reason: 'refused-pod', notices })
    else if (state.isSettled && state.owners.has(pod.controller?.uid ?? ''))
      fail(node, { reason: 'pod-comes-back', pod: podName(pod) })
  }

  function fail(node: string, failure: DrainFailure): void {
    if (!failures.has(node)) failures.set(node, failure)
    view.wake.notify()
  }

  async function send({ planned, node }: PodTask, signal: AbortSignal): Promise<WriteAnswer> {
    const { pod, save } = planned
    const ref = { group: '', version: 'v1', resource: 'pods', namespace: pod.namespace, name: pod.name }
    if (save) {
      const object = await cluster.get(ref, signal)
      if (object === undefined) return { outcome: 'gone' }
      // A controller creates the others again.
      const isNaked = planned.class === 'naked'
      await ports.saveManifest({ node, pod, manifest: manifestOf(object), isNaked })
    }
    const seconds = graceFor({ ownSeconds: pod.graceSeconds, mostSeconds: choices.gracePeriodSeconds })
    const grace = seconds === undefined ? {} : { gracePeriodSeconds: seconds }
    const { namespace, name, uid } = pod
    return await cluster.evict({ namespace, name, uid, ...grace, signal })
  }

  async function evict(task: PodTask, signal: AbortSignal): Promise<void> {
    const { pod } = task.planned
    task.state = 'posting'
    for (const key of task.budgets) view.ledger.onSent(key, pod)
    const owner = pod.controller?.uid
    if (owner !== undefined) draining.get(task.node)?.owners.add(owner)
    const answer = await send(task, signal)
    if (answer.outcome !== 'done') for (const key of task.budgets) view.ledger.onRefused(key, pod.uid)
    const tries = tasks.countTry(pod.uid, answer.outcome)
    const result = answerEffect(answer, { tries, spread: spreadOf(pod) })
    const nowMs = clock.monotonicMs()
    task.state = 'waiting'
    if (result.effect === 'sent' || result.effect === 'gone') task.state = 'sent'
    if (result.effect === 'retry') task.notBeforeMs = nowMs + result.inMs
    if (result.effect === 'budget') {
      // A pod that was taken to cost nothing has no budget to wait for.
      if (task.budgets.length === 0) task.notBeforeMs = nowMs + result.retryInMs
      for (const key of task.budgets) view.ledger.onClosed(key, nowMs + result.retryInMs)
    }
    if (result.effect === 'failed') {
      task.state = 'failed'
      fail(task.node, { reason: 'eviction-refused', pod: podName(pod), message: result.message })
    }
    view.wake.notify()
  }

  function nextTimeMs(nowMs: number): number | undefined {
    const times = tasks
      .all()
      .filter(({ state }) => state === 'waiting')
      .flatMap(({ notBeforeMs, budgets }) => [
        notBeforeMs,
        ...budgets.flatMap((key) => view.ledger.changesAtMs(key)),
      ])
    const later = times.filter((time) => time > nowMs)
    return later.length === 0 ? undefined : Math.min(...later)
  }

  return {
    begin(node): void {
      draining.set(node, { isSettled: false, owners: new Set() })
      tasks.include(node)
      tasks.refresh()
      view.wake.notify()
    },
    end(node): void {
      draining.delete(node)
      tasks.exclude(node)
    },
    left(node): PodTask[] {
      tasks.refresh()
      return tasks.of(node).filter(({ planned }) => planned.action !== 'none')
    },
    blockers: (node) => blockersOf(tasks.of(node), view.ledger, clock.monotonicMs()),
    failureOf: (node) => failures.get(node),
    settled(node): void {
      const state = draining.get(node)
      if (state !== undefined) state.isSettled = true
    },
    async run(signal): Promise<never> {
      const broken = new AbortController()
      const both = AbortSignal.any([signal, broken.signal, view.failure])
      while (true) {
        both.throwIfAborted()
        tasks.refresh()
        const nowMs = clock.monotonicMs()
        const picked = pickEvictions({
          tasks: tasks.all(),
          nodes: [...draining.keys()].filter((node) => !failures.has(node)),
          credits: (key) => view.ledger.credits(key, nowMs),
          nowMs,
        })
        for (const task of picked) evict(task, both).catch((error: unknown) => broken.abort(error))
        await view.wake.changed(nextTimeMs(nowMs), both)
      }
    },
  }
}

/** From 0 to 1, the same for the same pod: tries of many pods do not fall on one moment. */
function spreadOf({ uid }: DrainPod): number {
  let hash = 0
  for (const character of uid) hash = (hash * 31 + character.charCodeAt(0)) % 1009
  return hash / 1008
}

/** Throws when the node cannot be drained. */
export function throwFailure(failure: DrainFailure | undefined): void {
  if (failure !== undefined) throw new NodeDrainError(failure)
}
