import { podName, type DrainPod } from '../model/drain-pod.ts'
import { answerEffect } from './answer-effect.ts'
import { blockersOf, type Blocker } from './drain-blockers.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import { NodeDrainError, type DrainFailure } from './drain-failure.ts'
import type { DrainPorts } from './drain-ports.ts'
import { refusalsOf } from './drain-preflight.ts'
import {
  dueSteps,
  isPressed,
  nextStepMs,
  type EscalationInput,
  type EscalationReason,
  type EscalationRecord,
  type EscalationStep,
} from './escalation.ts'
import { pickEvictions, type PodTask } from './pick-evictions.ts'
import type { NodePlans } from './node-plans.ts'
import { graceLeftSeconds, type NodeDeadlines } from './pod-deadline.ts'
import { graceFor } from './pod-grace.ts'
import { createPodComings, type PodComings } from './pod-comings.ts'
import { createPodTasks } from './pod-tasks.ts'
import { sendPod } from './send-pod.ts'
import { createSends } from './sends.ts'

/** Evicts the pods of any number of nodes at once, each within its budgets. */
export interface Evictor {
  /** From now on pods of this node are evicted; it must be cordoned. */
  begin(node: string, deadlines?: NodeDeadlines): void
  /**
   * Nothing more is sent for this node, and what is on its way is cut off. Resolves when that has ended, with the UIDs of
   * pods of which nobody knows whether they were told to go.
   */
  end(node: string): Promise<ReadonlySet<string>>
  /** Pods that are still to go. */
  left(node: string): PodTask[]
  blockers(node: string): Blocker[]
  /** Why this node cannot be drained, once that is so. */
  failureOf(node: string): DrainFailure | undefined
  /** What was done to pods of this node beside evictions, in order. */
  records(node: string): readonly EscalationRecord[]
  /** Pods that came after the settling time and are created again and again are told apart from then on. */
  settled(node: string): void
  /** Sends what may be sent, until the signal; rejects with what makes going on impossible. */
  run(signal: AbortSignal): Promise<never>
}

export interface EvictorOptions {
  ports: DrainPorts
  view: ClusterView
  plans: NodePlans
  choices: DrainChoices
  /** Called with each step beside an eviction when it was taken. */
  onStep?: (record: EscalationRecord) => void
}

interface Draining {
  isSettled: boolean
  comings: PodComings
  deadlines: NodeDeadlines | undefined
}

/** What is sent for a pod, and what is said about it. */
interface Order {
  how: 'evict' | 'delete'
  graceSeconds?: number | undefined
  told?: { step: EscalationStep; reason: EscalationReason; names: readonly string[] }
}

export function createEvictor(options: EvictorOptions): Evictor {
  const { ports, view, plans, choices, onStep = () => undefined } = options
  const { clock } = ports
  const { escalate = 'none', forcePods = [], gracePeriodSeconds: mostSeconds } = choices
  /** In the order of admission, which is the order of precedence. */
  const draining = new Map<string, Draining>()
  const failures = new Map<string, DrainFailure>()
  const records: EscalationRecord[] = []
  const broken = new AbortController()
  const sends = createSends((error) => broken.abort(error))
  const tasks = createPodTasks({ view, plans, onNew: examine })

  /** A pod may come between the preflight and the cordon, or in spite of the cordon. */
  function examine({ planned, node }: PodTask): void {
    const { pod } = planned
    const state = draining.get(node)
    if (planned.action === 'none' || planned.action === 'look-up' || state === undefined) return
    const notices = refusalsOf(planned, view.ledger.all(), choices).filter(
      ({ reason }) => reason !== 'budget-zero',
    )
    if (notices.length > 0) fail(node, { reason: 'refused-pod', notices })
    // One that tolerates the cordon and ends at once would be evicted again and again, and the node never be empty.
    else if (state.comings.comesBack(pod, state.isSettled))
      fail(node, { reason: 'pod-comes-back', pod: podName(pod) })
  }

  function fail(node: string, failure: DrainFailure): void {
    if (!failures.has(node)) failures.set(node, failure)
    view.wake.notify()
  }

  /** The input of the ladder at one moment. */
  function ladder(nowMs: number): EscalationInput {
    return {
      tasks: tasks.all().filter(({ node }) => draining.has(node) && !failures.has(node)),
      escalate,
      forcePods,
      nowMs,
      isStale: view.awayReason() !== undefined,
      deadlinesOf: (node) => draining.get(node)?.deadlines,
      nodeOf: (node) => view.nodes.get(node),
      heldBy: ({ budgets, isRefused, notBeforeMs }) => {
        const closed = budgets.filter(
          (key) => view.ledger.credits(key, nowMs) < 1 && !view.ledger.isBehind(key),
        )
        if (budgets.some((key) => view.ledger.isBehind(key))) return closed
        return closed.length === 0 && isRefused === true && notBeforeMs > nowMs ? ['?'] : closed
      },
      graceOf: ({ graceSeconds }) => graceFor({ ownSeconds: graceSeconds, mostSeconds }) ?? graceSeconds,
    }
  }

  /** Undefined = the pod's own. */
  function graceNow({ planned: { pod }, node }: PodTask): number | undefined {
    const podsMs = draining.get(node)?.deadlines?.podsMs
    const wanted = graceFor({ ownSeconds: pod.graceSeconds, mostSeconds })
    if (escalate === 'none' || podsMs === undefined) return wanted
    const left = graceLeftSeconds(podsMs, wanted ?? pod.graceSeconds, clock.monotonicMs())
    return left < pod.graceSeconds ? left : undefined
  }

  function orderFor(task: PodTask): Order {
    const { action, rule = '' } = task.planned
    if (action !== 'delete') return { how: 'evict', graceSeconds: graceNow(task) }
    const told = { step: 'delete', reason: 'rule', names: [rule, ...task.passesBy] } as const
    return { how: 'delete', graceSeconds: graceNow(task), told }
  }

  function recordOf(
    { planned: { pod }, node }: PodTask,
    order: Partial<Order>,
  ): EscalationRecord | undefined {
    const { told, graceSeconds = null } = order
    if (told === undefined) return undefined
    const about = { node, pod: podName(pod), uid: pod.uid, at: clock.now() }
    return { ...about, ...told, graceSeconds, isAnswered: false }
  }

  /** What was sent stays on record although its answer may never come; what was not done is taken off it. */
  function tell(record: EscalationRecord | undefined, isDone: boolean): void {
    if (record === undefined) return
    const index = records.indexOf(record)
    if (index !== -1) records.splice(index, 1)
    if (!isDone) return
    const answered = { ...record, isAnswered: true }
    records.push(answered)
    onStep(answered)
  }

  async function send(task: PodTask, order: Order, signal: AbortSignal): Promise<void> {
    const { pod } = task.planned
    task.state = 'posting'
    // A pod that ends already is counted.
    const counted = pod.deletionTimestamp === undefined ? [...task.budgets, ...task.passesBy] : []
    for (const key of counted) view.ledger.onSent(key, pod)
    draining.get(task.node)?.comings.sent(pod)
    const record = recordOf(task, order)
    if (record !== undefined) records.push(record)
    const answer = await sendPod(ports, task, { ...order, signal }).catch((error: unknown) => {
      // Should it have been done all the same, an event of the budget tells.
      for (const key of counted) view.ledger.onRefused(key, pod.uid)
      throw error
    })
    tell(record, answer.outcome === 'done')
    if (answer.outcome !== 'done') for (const key of counted) view.ledger.onRefused(key, pod.uid)
    const tries = tasks.countTry(pod.uid, answer.outcome)
    const result = answerEffect(answer, { tries, spread: spreadOf(pod) })
    const nowMs = clock.monotonicMs()
    task.state = 'waiting'
    task.isRefused = result.effect === 'budget' && !result.isBehind
    if (result.effect === 'sent' || result.effect === 'gone') task.state = 'sent'
    if (result.effect === 'retry') task.notBeforeMs = nowMs + result.inMs
    if (result.effect === 'budget') {
      // A pod that was taken to cost nothing has no budget to wait for.
      if (task.budgets.length === 0) task.notBeforeMs = nowMs + result.retryInMs
      for (const key of task.budgets) view.ledger.onClosed(key, nowMs + result.retryInMs, result.isBehind)
    }
    if (result.effect === 'failed') {
      task.state = 'failed'
      fail(task.node, { reason: 'eviction-refused', pod: podName(pod), message: result.message })
    }
    tasks.answered(task)
    view.wake.notify()
  }

  /** Takes the steps of the ladder that are due. */
  function escalateNow(now: EscalationInput, go: (task: PodTask, order: Order) => void): void {
    for (const { task, ...told } of dueSteps(now)) {
      task.escalated = told.step
      if (told.step === 'not-forced') tell(recordOf(task, { told }), true)
      else if (told.step === 'delete') go(task, { how: 'delete', graceSeconds: graceNow(task), told })
      else go(task, { how: 'delete', graceSeconds: told.step === 'force' ? 0 : 1, told })
    }
  }

  function nextTimeMs(nowMs: number): number | undefined {
    const times = tasks
      .all()
      .filter(({ state }) => state === 'waiting')
      .flatMap(({ notBeforeMs, budgets }) => [
        notBeforeMs,
        ...budgets.flatMap((key) => view.ledger.changesAtMs(key)),
      ])
    const stepMs = nextStepMs(ladder(nowMs))
    const later = [...times, ...(stepMs === undefined ? [] : [stepMs])].filter((time) => time > nowMs)
    return later.length === 0 ? undefined : Math.min(...later)
  }

  return {
    begin(node, deadlines): void {
      draining.set(node, { isSettled: false, comings: createPodComings(), deadlines })
      tasks.include(node)
      tasks.refresh()
      view.wake.notify()
    },
    async end(node): Promise<ReadonlySet<string>> {
      draining.delete(node)
      tasks.exclude(node)
      const open = await sends.cutOff(node)
      failures.delete(node)
      return open
    },
    left(node): PodTask[] {
      tasks.refresh()
      return tasks.of(node).filter(({ planned }) => planned.action !== 'none')
    },
    blockers: (node) => blockersOf(tasks.of(node), view.ledger, clock.monotonicMs()),
    failureOf: (node) => failures.get(node),
    records: (node) => records.filter((record) => record.node === node),
    settled(node): void {
      const state = draining.get(node)
      if (state !== undefined) state.isSettled = true
    },
    async run(signal): Promise<never> {
      const both = AbortSignal.any([signal, broken.signal, view.failure])
      while (true) {
        both.throwIfAborted()
        tasks.refresh()
        const nowMs = clock.monotonicMs()
        const now = ladder(nowMs)
        const picked = pickEvictions({
          tasks: tasks.all(),
          nodes: [...draining.keys()].filter((node) => !failures.has(node)),
          credits: (key) => view.ledger.credits(key, nowMs),
          nowMs,
          isPressed: (task) => isPressed(task, now),
        })
        const go = (task: PodTask, order: Order): void => {
          const of = { node: task.node, uid: task.planned.pod.uid, run: both }
          sends.begin(of, async (signal) => await send(task, order, signal))
        }
        for (const task of picked) go(task, orderFor(task))
        escalateNow(now, go)
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
