import type { InstallationStage, WayBack } from '../model/lab-control.ts'
import type { Target } from '../model/target.ts'
import { spansOf, type MachineSpec, type Order } from './machine-spans.ts'
import type { MachineSystem } from './machine-systems.ts'
import { seededHex, seededUuid } from './seeded.ts'

/** A machine and all that was ever asked of it: what it is at any time follows from that. */
export interface Machine {
  spec: MachineSpec
  orders: readonly Order[]
}

/** A machine at a time. */
export interface MachineState {
  /** An operating system runs, and can be asked. */
  isOn: boolean
  /** What is on its disk. */
  system: MachineSystem
  machineId: string
  bootId: string
  /** Of the hardware: an installation does not change it. */
  productUuid: string
  /** Which of the systems that its disks have had: each has a host key and files of its own. */
  generation: number
  /** The last installation, when there was one. */
  installation: { token: string; target: Target; stage: InstallationStage } | undefined
  /** When this is over; undefined for a state that lasts. */
  untilMs: number | undefined
}

/** What a machine is at a time. */
export function machineAt(machine: Machine, nowMs: number): MachineState {
  const spans = spansOf(machine)
  const index = Math.max(
    0,
    spans.findLastIndex(({ fromMs }) => fromMs <= nowMs),
  )
  const { isOn, system, generation, boots, order, stage } = spans[index] ?? spans[0]
  const { name, seed } = machine.spec
  return {
    isOn,
    system,
    machineId: seededHex(`${seed} ${name} machine ${generation}`, 32),
    bootId: seededUuid(`${seed} ${name} boot ${boots}`),
    productUuid: seededUuid(`${seed} ${name} hardware`),
    generation,
    installation:
      order === undefined || stage === undefined
        ? undefined
        : { token: order.token, target: order.target, stage },
    untilMs: spans[index + 1]?.fromMs,
  }
}

/** Who asks for what of a machine, and when. */
interface Asked {
  token: string
  target: Target
  nowMs: number
}

/** How a request for another system was taken: `known` = this token is done or under way, and nothing is begun. */
export type Taken = 'accepted' | 'known' | 'busy' | 'refused'

/** In these nothing goes on, and another system may be asked for. */
const settled: readonly InstallationStage[] = ['done', 'failed', 'cancelled', 'back']

/** Asks for another system. One token installs once; one that has failed before anything was written may be tried again. */
export function provision(
  machine: Machine,
  { token, target, nowMs }: Asked,
): { taken: Taken; machine: Machine } {
  const { orders, spec } = machine
  const { installation: last, isOn } = machineAt(machine, nowMs)
  const isTaken = orders.some((one) => one.token === token && one.cancelledAtMs === undefined)
  const mayTryAgain = last?.token === token && (last.stage === 'failed' || last.stage === 'cancelled')
  if (isTaken && !mayTryAgain) return { taken: 'known', machine }
  if (!isOn || (last !== undefined && !settled.includes(last.stage))) return { taken: 'busy', machine }
  if (spec.fault === 'refused') return { taken: 'refused', machine }
  return { taken: 'accepted', machine: ordered(machine, { token, target, askedAtMs: nowMs }) }
}

/**
 * Asks for the system of before, at any time: a machine that does not boot has no other way, and one on which nothing was
 * rewritten boots what it has. One token does it once.
 */
export function goBack(
  machine: Machine,
  { token, target, back = 'old-disk', nowMs }: Asked & { back?: WayBack | undefined },
): { taken: 'accepted' | 'known'; machine: Machine } {
  if (machine.orders.some((one) => one.token === token)) return { taken: 'known', machine }
  return { taken: 'accepted', machine: ordered(machine, { token, target, back, askedAtMs: nowMs }) }
}

/** Takes an installation back. `too-late` = its disk is written, or is being written; `nothing` = there is none to take back. */
export function cancel(
  machine: Machine,
  { token, nowMs }: { token: string; nowMs: number },
): { taken: 'cancelled' | 'nothing' | 'too-late'; machine: Machine } {
  const last = machineAt(machine, nowMs).installation
  if (last?.token !== token) return { taken: 'nothing', machine }
  if (last.stage === 'first-boot' || last.stage === 'done') return { taken: 'too-late', machine }
  if (last.stage !== 'accepted' && last.stage !== 'installer') return { taken: 'nothing', machine }
  const orders = machine.orders.map((one, index, { length }) =>
    index === length - 1 ? { ...one, cancelledAtMs: nowMs } : one,
  )
  return { taken: 'cancelled', machine: { ...machine, orders } }
}

function ordered(machine: Machine, order: Order): Machine {
  return { ...machine, orders: [...machine.orders, order] }
}
