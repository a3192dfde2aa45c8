import type { DrainNode } from '../model/drain-node.ts'
import { parseDrainPod, podName } from '../model/drain-pod.ts'
import { fewNames } from '../model/few-names.ts'
import type { FailureClass } from '../model/journal-record.ts'
import { StepError } from '../model/step-error.ts'
import type { Text } from '../model/text.ts'
import { blockerWords, worstBlocker } from './blocker-words.ts'
import { stateFound } from './cluster-cordon.ts'
import { podsOn } from './core-objects.ts'
import type { Blocker } from './drain-blockers.ts'
import type { DrainChoices } from './drain-choices.ts'
import { NodeDrainError, type DrainFailure } from './drain-failure.ts'
import { emptyNode } from './drain-node.ts'
import type { DrainRun } from './drain-ports.ts'
import { planPod, preflight } from './drain-preflight.ts'
import type { DrainRoom, DrainSession } from './drain-room.ts'
import { failureText } from './drain-texts.ts'
import { escalationText } from './escalation-texts.ts'
import { noticeTexts } from './notice-texts.ts'
import { createWaitTeller, type Waiting } from './wait-teller.ts'

export interface RoomDrain {
  /** Cordoned. */
  now: DrainNode
  choices: DrainChoices
  /** On the clock that never jumps. */
  deadlineMs: number
  run: DrainRun
  onWait: (text: Text, since?: string) => void
}

/** Empties one node beside the others of its run; throws a StepError when that cannot be, and gives nothing back. */
export async function drainInRoom(room: DrainRoom, drain: RoomDrain, signal: AbortSignal): Promise<void> {
  const { now, choices, deadlineMs, run, onWait } = drain
  const { clock } = room.ports
  const node = now.name
  const session = await room.session(signal)
  const { view, around, admission } = session
  refusePods(session, now, choices)
  const pump = session.pumpFor(choices)
  const both = AbortSignal.any([signal, session.broken])
  const tell = createWaitTeller(clock, onWait)
  session.follow(node, (record) => onWait(escalationText(record), record.at))
  let reserved: readonly string[] = []
  try {
    const isIn = await admission.enter(node, {
      needs: () => pump.plans.budgets(node),
      deadlineMs,
      signal: both,
      onWait: (budgets) => void tell(queueText((reserved = budgets))),
    })
    if (!isIn)
      throw new StepError('budget', `other nodes needed its budgets all the time: ${fewNames(reserved)}`, {
        code: 'DRAIN_TIMEOUT',
      })
    await emptyNode(
      // The watch may tell of the cordon later than it was read.
      { ...stateFound(now), wasUnschedulable: false },
      {
        ports: room.ports,
        run,
        view,
        evictor: pump.evictor,
        around,
        choices,
        deadlineMs,
        detaches: false,
        awaitsCordon: true,
        onPhase: () => undefined,
        onLook: () => tell(blockersText(pump.evictor.blockers(node), view.awayReason())),
      },
      both,
    )
  } catch (error) {
    throw error instanceof NodeDrainError ? stepErrorOf(error.failure) : error
  } finally {
    await room.end(node, session, pump)
  }
}

/** What is still on a node, by a quorum read. */
export interface LeftOnNode {
  /** Pods that are to go yet. */
  toGo: string[]
  /** `pod: directory` of which the plan says nothing, pods that stay included. */
  undecided: string[]
}

/** Looks at the pods of a node as its drain does. */
export async function leftOnNode(
  room: DrainRoom,
  { node, choices }: { node: string; choices: DrainChoices },
  signal: AbortSignal,
): Promise<LeftOnNode> {
  const { around } = await room.session(signal)
  const pods = (await room.ports.cluster.list(podsOn(node), signal)).map(parseDrainPod)
  const unknown = pods.filter((pod) => around.live?.isKnown(pod) === false)
  if (unknown.length > 0) await around.live?.learn(unknown, signal)
  const planned = pods.map((pod) => planPod(pod, around, choices))
  return {
    toGo: planned.filter(({ action }) => action !== 'none').map(({ pod }) => podName(pod)),
    undecided: planned.flatMap(({ pod, undecided }) => undecided.map((path) => `${podName(pod)}: ${path}`)),
  }
}

/** Throws when a pod must not be touched: before the first eviction, and for each pod with the reason. */
function refusePods({ view, around }: DrainSession, { name }: DrainNode, choices: DrainChoices): void {
  const pods = [...view.podsOn(name)]
  const state = view.nodes.get(name)
  const { refusals } = preflight({ node: name, state, pods, budgets: view.ledger.all(), ...around }, choices)
  if (refusals.length === 0) return
  const why = refusals.map(({ pod, reason, names }) =>
    [`${pod}: ${noticeTexts[reason].why.en}`, ...names.slice(0, 1)].join(' '),
  )
  const isUndecided = refusals.some(({ reason }) => reason === 'undecided-data')
  const way = isUndecided ? `; ${noticeTexts['undecided-data'].way.en}` : ''
  throw new StepError('config', `nothing was evicted; in the way: ${fewNames(why)}${way}`, {
    code: isUndecided ? 'DATA_UNDECIDED' : 'DRAIN_REFUSED',
  })
}

function queueText(budgets: readonly string[]): Waiting {
  const names = fewNames(budgets)
  return {
    key: 'queue',
    text: {
      en: `for its turn: nodes that are drained now need the same budgets: ${names}`,
      zh: `等待轮到本节点：正在排空的其他节点需要相同的中断预算：${names}`,
    },
  }
}

function blockersText(blockers: readonly Blocker[], awayReason: string | undefined): Waiting | undefined {
  if (awayReason !== undefined)
    return {
      key: 'away',
      text: { en: `for the API server: ${awayReason}`, zh: `等待 API server：${awayReason}` },
    }
  const worst = worstBlocker(blockers)
  if (worst === undefined) return undefined
  const { pod, owner, cause } = worst
  const words = (language: keyof Text): string => blockerWords(blockers, (text) => text[language]).join('; ')
  const whose = owner === '' ? '' : ` (${pod}: ${owner})`
  return { key: `${cause} ${pod}`, text: { en: `${words('en')}${whose}`, zh: `${words('zh')}${whose}` } }
}

const failures: Readonly<Record<DrainFailure['reason'], readonly [FailureClass, string]>> = {
  timeout: ['budget', 'DRAIN_TIMEOUT'],
  'detach-timeout': ['budget', 'DETACH_TIMEOUT'],
  uncordoned: ['config', 'NODE_UNCORDONED'],
  'node-gone': ['config', 'NODE_GONE'],
  'refused-pod': ['config', 'DRAIN_REFUSED'],
  'pod-comes-back': ['config', 'POD_COMES_BACK'],
  'eviction-refused': ['config', 'EVICTION_REFUSED'],
}

function stepErrorOf(failure: DrainFailure): StepError {
  const [failureClass, code] = failures[failure.reason]
  return new StepError(failureClass, failureText(failure).en, { code })
}
