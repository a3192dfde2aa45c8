import { z } from 'zod'
import type { FailureClass } from '../../src/model/journal-record.ts'
import { defineStep, type AnyStep, type Step, type StepContext } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import type { StepName } from '../../src/model/step-names.ts'
import type { VirtualClock } from '../steps/virtual-clock.ts'

/** One machine of the model: what a move changes, and what must never be lost. */
export interface ModelNode {
  /** Of its Node object: another system registers anew. */
  uid: string
  cordonedBy: string | undefined
  pods: number
  data: string
  parked: string | undefined
  os: 'old' | 'new'
  isReady: boolean
}

/** Where a fault is: before or after the effect of an act or an undo, or in a look. */
export type FaultPlace =
  | 'observe'
  | 'act'
  | 'acted'
  | 'verify'
  | 'undo'
  | 'undone'
  | 'rollback'
  | 'rolled-back'

/** It fails so often at that place; `hang` = it never answers, and ends only when it is told to. */
export interface Fault {
  node: string
  uses: StepName
  place: FaultPlace
  times: number
  how: FailureClass | 'hang' | 'deaf'
}

export type EffectKind = 'act' | 'undo' | 'rollback'

export interface ModelWorld {
  nodes: Map<string, ModelNode>
  /** Effects in their order. A dead process has none. */
  effects: { token: string; kind: EffectKind; uses: StepName; node: string }[]
  /** What is wrong with what was done: empty at the end of every test. */
  violations: string[]
  faults: Fault[]
}

/** One process: it may die, and nothing of it has an effect then. */
export interface ModelProcess {
  world: ModelWorld
  clock: VirtualClock
  isAlive: () => boolean
  /** Called before an effect; tells of what the journal does not allow. */
  onEffect(effect: ModelWorld['effects'][number]): void
}

export function modelWorld(names: readonly string[], faults: readonly Fault[] = []): ModelWorld {
  const nodes = new Map(
    names.map((name): [string, ModelNode] => [
      name,
      {
        uid: `uid-${name}`,
        cordonedBy: undefined,
        pods: 3,
        data: `data of ${name}`,
        parked: undefined,
        os: 'old',
        isReady: true,
      },
    ]),
  )
  return { nodes, effects: [], violations: [], faults: faults.map((fault) => ({ ...fault })) }
}

const Parameters = z.strictObject({ seconds: z.int().min(0).max(600).optional() })
type Context = StepContext<z.infer<typeof Parameters>, ModelProcess>
type ModelStep = Step<typeof Parameters, ModelProcess>

/** What one step does to its node. `isDone` of a node that was not touched tells what was found. */
interface ModelEffect {
  uses: StepName
  isDone: (node: ModelNode, context: Context) => boolean
  found?: (node: ModelNode) => Record<string, unknown>
  act: (node: ModelNode, context: Context) => void
  undo?: (node: ModelNode, context: Context) => void
  rollback?: (node: ModelNode, context: Context) => void
}

const never = new Promise<never>(() => undefined)

/** A dead process stays where it is. */
async function alive({ ports }: Context): Promise<void> {
  await Promise.resolve()
  if (!ports.isAlive()) await never
}

async function meet(place: FaultPlace, uses: StepName, context: Context): Promise<void> {
  const { ports, node, signal } = context
  await alive(context)
  const fault = ports.world.faults.find(
    (one) => one.node === node.name && one.uses === uses && one.place === place && one.times > 0,
  )
  if (fault === undefined) return
  fault.times -= 1
  if (fault.how === 'deaf') await ports.clock.wait(10 * 3_600_000, new AbortController().signal)
  else if (fault.how === 'hang') await ports.clock.wait(10 * 3_600_000, signal)
  else throw new StepError(fault.how, `${uses} of ${node.name} fails in ${place}`, { code: 'MODEL' })
}

function modelStep({ uses, isDone, found, act, undo, rollback }: ModelEffect): ModelStep {
  const machine = ({ ports, node }: Context): ModelNode => {
    const found = ports.world.nodes.get(node.name)
    if (found === undefined) throw new Error(`no machine ${node.name}`)
    return found
  }
  const effect = (kind: EffectKind, context: Context): void => {
    const one = { token: context.token, kind, uses, node: context.node.name }
    context.ports.onEffect(one)
    context.ports.world.effects.push(one)
  }
  return defineStep<typeof Parameters, ModelProcess>({
    uses,
    with: Parameters,
    async observe(context) {
      await meet('observe', uses, context)
      if (isDone(machine(context), context)) return 'done'
      return found === undefined ? 'todo' : { state: 'todo', found: found(machine(context)) }
    },
    async act(context) {
      // What the engine does in the same moment comes before the effect.
      const { seconds = 0 } = context.parameters
      await meet('act', uses, context)
      if (seconds > 0) {
        context.onWait({ en: 'it takes its time', zh: '需要时间' })
        await context.ports.clock.wait(seconds * 1000, context.signal)
      }
      await alive(context)
      context.signal.throwIfAborted()
      effect('act', context)
      act(machine(context), context)
      await meet('acted', uses, context)
    },
    async verify(context) {
      await meet('verify', uses, context)
      if (!isDone(machine(context), context))
        throw new StepError('unknown', `${uses} is not done`, { code: 'MODEL_VERIFY' })
      const { os, uid } = machine(context)
      return { os, uid }
    },
    ...(undo === undefined
      ? {}
      : {
          async undo(context: Context): Promise<void> {
            await meet('undo', uses, context)
            effect('undo', context)
            undo(machine(context), context)
            await meet('undone', uses, context)
          },
        }),
    ...(rollback === undefined
      ? {}
      : {
          async rollback(context: Context): Promise<void> {
            await meet('rollback', uses, context)
            // Whoever puts a system back knows the token for which it has done so.
            const { world } = context.ports
            const isDone = world.effects.some(
              ({ kind, token }) => kind === 'rollback' && token === context.token,
            )
            if (!isDone) {
              effect('rollback', context)
              rollback(machine(context), context)
            }
            await meet('rolled-back', uses, context)
          },
        }),
  })
}

/** Somebody else's cordon stays. */
const cordon = modelStep({
  uses: 'cluster.cordon',
  isDone: ({ cordonedBy }) => cordonedBy !== undefined,
  found: ({ cordonedBy }) => ({ cordonedBy: cordonedBy ?? null }),
  act(node, { run, ports, node: { name, uid } }) {
    if (uid !== node.uid) ports.world.violations.push(`${name} is another node than the one that was planned`)
    node.cordonedBy ??= run.id
  },
  undo: (node, { run }) => {
    if (node.cordonedBy === run.id) node.cordonedBy = undefined
  },
})

const park = modelStep({
  uses: 'data.park',
  isDone: ({ parked, data }) => parked === data,
  act: (node) => (node.parked = node.data),
  undo: (node) => (node.parked = undefined),
})

const drain = modelStep({
  uses: 'cluster.drain',
  isDone: ({ pods }) => pods === 0,
  act: (node) => (node.pods = 0),
  // The scheduler brings pods back when the cordon is gone.
  undo: (node) => (node.pods = 3),
})

const registeredAnew = ({ uid }: ModelNode): string => `${uid} anew`

const provision = modelStep({
  uses: 'host.provision',
  isDone: ({ os }) => os === 'new',
  act(node, { ports, node: { name } }) {
    if (node.parked !== node.data || node.pods > 0)
      ports.world.violations.push(`${name} was not ready for it`)
    node.os = 'new'
    node.uid = registeredAnew(node)
    node.data = ''
    node.isReady = false
  },
  // From an image: what was on the disk comes back by data.restore only.
  rollback(node, { ports, node: { name } }) {
    if (node.pods > 0) ports.world.violations.push(`${name} was not ready for the way back`)
    node.os = 'old'
    node.uid = registeredAnew(node)
    node.data = ''
    node.isReady = false
  },
})

const waitReady = modelStep({
  uses: 'node.wait-ready',
  isDone: ({ isReady }) => isReady,
  act: (node) => (node.isReady = true),
})

const restoreData = modelStep({
  uses: 'data.restore',
  isDone: ({ parked, data }) => data === parked,
  act: (node) => (node.data = node.parked ?? ''),
})

const uncordon = modelStep({
  uses: 'cluster.uncordon',
  isDone: ({ cordonedBy, pods }, { run }) => cordonedBy !== run.id && pods > 0,
  act(node, { run }) {
    if (node.cordonedBy === run.id) node.cordonedBy = undefined
    node.pods = 3
  },
})

export const modelSteps: readonly AnyStep<ModelProcess>[] = [
  cordon,
  park,
  drain,
  provision,
  waitReady,
  restoreData,
  uncordon,
]
