import type { JournalEvent } from '../model/journal-record.ts'
import type { Phase } from '../model/playbook.ts'
import type { StepName } from '../model/step-names.ts'
import type { Text } from '../model/text.ts'

export interface NodeTimes {
  phases: Record<Phase | 'back', number | null>
  waits: { uses: StepName; waitsFor: Text; forMs: number }[]
}

interface OpenStep {
  node: string
  phase: Phase | 'back'
  sinceMs: number
}

interface OpenWait {
  node: string
  uses: StepName
  waitsFor: Text
  sinceMs: number
}

/** Adds up how long steps of nodes were at work and what they waited for; a time in which no process was at work does not count. */
export function createTimes(): {
  add(event: JournalEvent): void
  of(node: string): NodeTimes
} {
  const times = new Map<string, NodeTimes>()
  const steps = new Map<string, OpenStep>()
  const waits = new Map<string, OpenWait>()
  let lastMs = 0

  function of(node: string): NodeTimes {
    const found = times.get(node) ?? {
      phases: { migrate: null, replace: null, restore: null, back: null },
      waits: [],
    }
    times.set(node, found)
    return found
  }

  function closeWait(key: string, atMs: number): void {
    const wait = waits.get(key)
    if (wait === undefined) return
    waits.delete(key)
    const { node, uses, waitsFor, sinceMs } = wait
    of(node).waits.push({ uses, waitsFor, forMs: length(sinceMs, atMs) })
  }

  function closeStep(key: string, atMs: number): void {
    closeWait(key, atMs)
    const step = steps.get(key)
    if (step === undefined) return
    steps.delete(key)
    const { phases } = of(step.node)
    phases[step.phase] = (phases[step.phase] ?? 0) + length(step.sinceMs, atMs)
  }

  return {
    of,
    add({ node, body, at }): void {
      const atMs = Date.parse(at)
      // Whoever goes on with the run was not there before.
      if (body.type === 'run-resumed') for (const key of steps.keys()) closeStep(key, lastMs)
      lastMs = atMs
      if (node === null || !('index' in body)) return
      const key = `${node} ${body.index}`
      if (body.type === 'step-waiting') {
        closeWait(key, atMs)
        waits.set(key, { node, uses: body.uses, waitsFor: body.waitsFor, sinceMs: atMs })
        return
      }
      closeStep(key, atMs)
      if (body.type === 'step-started') steps.set(key, { node, phase: body.phase, sinceMs: atMs })
      if (body.type === 'undo-started') steps.set(key, { node, phase: 'back', sinceMs: atMs })
    },
  }
}

/** A clock that was set back makes nothing shorter than nothing. */
export function length(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs)
}
