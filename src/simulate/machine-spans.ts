import type { InstallationStage, WayBack } from '../model/lab-control.ts'
import type { Target } from '../model/target.ts'
import { installedSystems, startingSystem, type MachineSystem } from './machine-systems.ts'
import { seededShare } from './seeded.ts'

/**
 * What goes wrong with a machine: `refused` = its disk is not fit to be written, and its look says so; `fails-once` = its first
 * installation ends before anything is written; `never-back` = it is written and does not boot; `slow` = four times slower.
 */
export const machineFaults = ['refused', 'fails-once', 'never-back', 'slow'] as const
export type MachineFault = (typeof machineFaults)[number]

/** A machine as the lab makes it. */
export interface MachineSpec {
  name: string
  /** Decides its times and its identities, together with its name. */
  seed: number
  fault?: MachineFault | undefined
  /** How many times faster than a real machine. */
  speed: number
}

/** Somebody has asked for another system, or for the one of before. */
export interface Order {
  token: string
  target: Target
  askedAtMs: number
  cancelledAtMs?: number
  back?: WayBack
}

/** A system on a disk. */
interface InstalledDisk {
  system: MachineSystem
  generation: number
}

/** What a machine is from a time on. */
export interface Span extends InstalledDisk {
  fromMs: number
  isOn: boolean
  boots: number
  /** How many systems its disks have had. */
  generations: number
  /** Kept when it was rewritten last, until it came back. */
  old?: InstalledDisk | undefined
  order?: Order
  stage?: InstallationStage
}

/** Until anything is asked of it. */
const firstSpan: Span = {
  fromMs: Number.NEGATIVE_INFINITY,
  isOn: true,
  system: startingSystem,
  generation: 0,
  generations: 1,
  boots: 0,
}

/** All that a machine is in its time, in order; never empty. */
export function spansOf({
  spec,
  orders,
}: {
  spec: MachineSpec
  orders: readonly Order[]
}): [Span, ...Span[]] {
  const spans: [Span, ...Span[]] = [firstSpan]
  for (const [index, order] of orders.entries()) {
    // What was under way is cut off by a way back.
    if (order.back !== undefined) while ((spans.at(-1)?.fromMs ?? 0) > order.askedAtMs) spans.pop()
    const before = spans.at(-1) ?? firstSpan
    const times = durations(spec, index)
    const spansAfter = order.back === undefined ? installationSpans : backSpans
    spans.push(...spansAfter(before, { spec, index, order, times }))
  }
  return spans
}

interface Given {
  spec: MachineSpec
  index: number
  order: Order
  times: Times
}

function installationSpans(before: Span, { spec, index, order, times }: Given): Span[] {
  const { askedAtMs, cancelledAtMs } = order
  const offMs = askedAtMs + times.shutdownMs
  const writtenMs = offMs + times.writeMs
  const old = { ...before, order }
  const again = (fromMs: number, stage: 'failed' | 'cancelled'): Span[] => [
    { ...old, fromMs, isOn: false, stage },
    { ...old, fromMs: fromMs + times.bootMs, isOn: true, boots: before.boots + 1, stage },
  ]
  const accepted: Span = { ...old, fromMs: askedAtMs, stage: 'accepted' }
  const installer: Span = { ...old, fromMs: offMs, isOn: false, stage: 'installer' }
  if (cancelledAtMs !== undefined)
    return cancelledAtMs < offMs
      ? [accepted, { ...old, fromMs: cancelledAtMs, stage: 'cancelled' }]
      : [accepted, installer, ...again(cancelledAtMs, 'cancelled')]
  if (spec.fault === 'fails-once' && index === 0)
    return [accepted, installer, ...again(offMs + times.writeMs / 2, 'failed')]
  const rewritten: Span = {
    ...old,
    fromMs: writtenMs,
    isOn: false,
    system: installedSystems[order.target],
    generation: before.generations,
    generations: before.generations + 1,
    old: { system: before.system, generation: before.generation },
    boots: before.boots + 1,
    stage: 'first-boot',
  }
  if (spec.fault === 'never-back') return [accepted, installer, rewritten]
  return [
    accepted,
    installer,
    rewritten,
    { ...rewritten, fromMs: writtenMs + times.bootMs, isOn: true, stage: 'done' },
  ]
}

/** It boots even where nothing was rewritten: whoever asked waits for a new boot. */
function backSpans(before: Span, { order, times }: Given): Span[] {
  const { system, generation } = before.old ?? before
  const isEmpty = order.back === 'empty-disk'
  const off: Span = { ...before, order, fromMs: order.askedAtMs, isOn: false, stage: 'going-back' }
  return [
    off,
    {
      ...off,
      fromMs: order.askedAtMs + (isEmpty ? times.writeMs : 0) + times.bootMs,
      isOn: true,
      system,
      generation: isEmpty ? before.generations : generation,
      generations: before.generations + (isEmpty ? 1 : 0),
      old: undefined,
      boots: before.boots + 1,
      stage: 'back',
    },
  ]
}

/** From, and how much more at most; of real machines, in seconds. */
const usualSeconds = { shutdownMs: [15, 30], writeMs: [60, 90], bootMs: [45, 75] } as const

type Times = Record<keyof typeof usualSeconds, number>

function durations({ name, seed, fault, speed }: MachineSpec, index: number): Times {
  const slowness = (fault === 'slow' ? 4 : 1) / speed
  const of = (part: keyof typeof usualSeconds): number => {
    const [least, more] = usualSeconds[part]
    return (least + more * seededShare(`${seed} ${name} ${part} ${index}`)) * 1000 * slowness
  }
  return { shutdownMs: of('shutdownMs'), writeMs: of('writeMs'), bootMs: of('bootMs') }
}
