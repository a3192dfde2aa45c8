import type { Target } from '../model/target.ts'
import { installedSystems, startingSystem, type MachineSystem } from './machine-systems.ts'
import { seededHex, seededShare, seededUuid } from './seeded.ts'

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

/** Somebody has asked for another system. */
export interface Installation {
  token: string
  target: Target
  askedAtMs: number
  cancelledAtMs?: number
}

/** A machine and all that was ever asked of it: what it is at any time follows from that. */
export interface Machine {
  spec: MachineSpec
  installations: readonly Installation[]
}

/** `accepted` = the old system runs still; `installer` = it is off, nothing is written; `first-boot` = the disk is rewritten. */
export const installationStages = [
  'accepted',
  'installer',
  'first-boot',
  'done',
  'failed',
  'cancelled',
] as const
export type InstallationStage = (typeof installationStages)[number]

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
  /** How often its disk was rewritten: each system has a host key and files of its own. */
  generation: number
  /** The last installation, when there was one. */
  installation: { token: string; target: Target; stage: InstallationStage } | undefined
  /** When this is over; undefined for a state that lasts. */
  untilMs: number | undefined
}

/** What a machine is at a time. */
export function machineAt(machine: Machine, nowMs: number): MachineState {
  const spans = spansOf(machine)
  const index = spans.findLastIndex(({ fromMs }) => fromMs <= nowMs)
  const span = spans[Math.max(0, index)] ?? firstSpan
  const { name, seed } = machine.spec
  const { installation, stage } = span
  return {
    isOn: span.isOn,
    system: span.system,
    machineId: seededHex(`${seed} ${name} machine ${span.generation}`, 32),
    bootId: seededUuid(`${seed} ${name} boot ${span.boots}`),
    productUuid: seededUuid(`${seed} ${name} hardware`),
    generation: span.generation,
    installation:
      installation === undefined || stage === undefined
        ? undefined
        : { token: installation.token, target: installation.target, stage },
    untilMs: spans[Math.max(0, index) + 1]?.fromMs,
  }
}

/** How a request for another system was taken: `known` = this token is done or under way, and nothing is begun. */
export type Taken = 'accepted' | 'known' | 'busy' | 'refused'

/** Asks for another system. One token installs once; one that has failed before anything was written may be tried again. */
export function provision(
  machine: Machine,
  { token, target, nowMs }: { token: string; target: Target; nowMs: number },
): { taken: Taken; machine: Machine } {
  const { installations, spec } = machine
  const last = machineAt(machine, nowMs).installation
  const isTaken = installations.some((one) => one.token === token && one.cancelledAtMs === undefined)
  const isOver = last === undefined || last.stage === 'failed' || last.stage === 'cancelled'
  if (isTaken && !(last?.token === token && isOver)) return { taken: 'known', machine }
  if (!isOver && last.stage !== 'done') return { taken: 'busy', machine }
  if (!machineAt(machine, nowMs).isOn) return { taken: 'busy', machine }
  if (spec.fault === 'refused') return { taken: 'refused', machine }
  const installation = { token, target, askedAtMs: nowMs }
  return { taken: 'accepted', machine: { ...machine, installations: [...installations, installation] } }
}

/** Takes an installation back. `too-late` = its disk is written, or is being written; `nothing` = there is none to take back. */
export function cancel(
  machine: Machine,
  { token, nowMs }: { token: string; nowMs: number },
): { taken: 'cancelled' | 'nothing' | 'too-late'; machine: Machine } {
  const last = machineAt(machine, nowMs).installation
  if (last?.token !== token || last.stage === 'failed' || last.stage === 'cancelled')
    return { taken: 'nothing', machine }
  if (last.stage === 'first-boot' || last.stage === 'done') return { taken: 'too-late', machine }
  const installations = machine.installations.map((one, index, { length }) =>
    index === length - 1 ? { ...one, cancelledAtMs: nowMs } : one,
  )
  return { taken: 'cancelled', machine: { ...machine, installations } }
}

interface Span {
  fromMs: number
  isOn: boolean
  system: MachineSystem
  generation: number
  boots: number
  installation?: Installation
  stage?: InstallationStage
}

const firstSpan: Span = {
  fromMs: Number.NEGATIVE_INFINITY,
  isOn: true,
  system: startingSystem,
  generation: 0,
  boots: 0,
}

function spansOf({ spec, installations }: Machine): Span[] {
  const spans = [firstSpan]
  for (const [index, installation] of installations.entries())
    spans.push(...installationSpans(spans.at(-1) ?? firstSpan, { spec, index, installation }))
  return spans
}

function installationSpans(
  before: Span,
  { spec, index, installation }: { spec: MachineSpec; index: number; installation: Installation },
): Span[] {
  const { askedAtMs, cancelledAtMs } = installation
  const times = durations(spec, index)
  const offMs = askedAtMs + times.shutdownMs
  const writtenMs = offMs + times.writeMs
  const old = { ...before, installation }
  const back = (fromMs: number, stage: 'failed' | 'cancelled'): Span[] => [
    { ...old, fromMs, isOn: false, stage },
    { ...old, fromMs: fromMs + times.bootMs, isOn: true, boots: before.boots + 1, stage },
  ]
  const accepted: Span = { ...old, fromMs: askedAtMs, stage: 'accepted' }
  const installer: Span = { ...old, fromMs: offMs, isOn: false, stage: 'installer' }
  if (cancelledAtMs !== undefined)
    return cancelledAtMs < offMs
      ? [accepted, { ...old, fromMs: cancelledAtMs, stage: 'cancelled' }]
      : [accepted, installer, ...back(cancelledAtMs, 'cancelled')]
  if (spec.fault === 'fails-once' && index === 0)
    return [accepted, installer, ...back(offMs + times.writeMs / 2, 'failed')]
  const rewritten: Span = {
    ...old,
    fromMs: writtenMs,
    isOn: false,
    system: installedSystems[installation.target],
    generation: before.generation + 1,
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

/** From, and how much more at most; of real machines, in seconds. */
const usualSeconds = { shutdownMs: [15, 30], writeMs: [60, 90], bootMs: [45, 75] } as const

function durations(
  { name, seed, fault, speed }: MachineSpec,
  index: number,
): Record<keyof typeof usualSeconds, number> {
  const slowness = (fault === 'slow' ? 4 : 1) / speed
  const of = (part: keyof typeof usualSeconds): number => {
    const [least, more] = usualSeconds[part]
    return (least + more * seededShare(`${seed} ${name} ${part} ${index}`)) * 1000 * slowness
  }
  return { shutdownMs: of('shutdownMs'), writeMs: of('writeMs'), bootMs: of('bootMs') }
}
