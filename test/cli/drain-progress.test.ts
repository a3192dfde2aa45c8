import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CommandContext } from '../../src/cli/context.ts'
import { drainProgress } from '../../src/cli/drain-progress.ts'
import type { NodeStatus } from '../../src/steps/drain-nodes.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

function status(node: string, more: Partial<NodeStatus> = {}): NodeStatus {
  const base = { phase: 'evicting', podsGone: 1, podsTotal: 3, blockers: [] } as const
  return { node, awayReason: undefined, ...base, ...more }
}

function started(verbosity: 'normal' | 'quiet', statuses: () => NodeStatus[]) {
  let nowMs = 0
  const written: string[] = []
  const context = {
    verbosity,
    redrawColumns: undefined,
    stderr: { write: (text: string) => written.push(text) },
    say: ({ en }: { en: string }) => en,
    clock: { now: () => '2026-11-21T12:00:00.000Z', monotonicMs: () => nowMs },
  } as unknown as CommandContext
  const progress = drainProgress(context)
  progress.onStart(statuses)
  const pass = (seconds: number): void => {
    for (let passed = 0; passed < seconds; passed += 1) {
      nowMs += 1000
      vi.advanceTimersByTime(1000)
    }
  }
  return { progress, written, pass }
}

it('tells a change at once, and once a minute what a node that does not change waits for', () => {
  const finalizer = { pod: 'a/b', uid: 'u', owner: '', cause: 'finalizer', detail: 'x.example/y' } as const
  const now = status('node-1', { blockers: [finalizer] })
  const { progress, written, pass } = started('normal', () => [now, status('node-2', { phase: 'waiting' })])
  progress.onPhase(status('node-1'))
  expect(written).toEqual(['12:00:00 drain node-1 evicting 1/3\n'])
  pass(59)
  expect(written).toHaveLength(1)
  pass(61)
  expect(written.slice(1)).toEqual([
    '12:00:00 drain node-1 evicting 1/3 [1 held by finalizers x.example/y: a/b]\n',
    '12:00:00 drain node-1 evicting 1/3 [1 held by finalizers x.example/y: a/b]\n',
  ])
  progress.finish()
  pass(300)
  expect(written).toHaveLength(3)
})

it('is silent with --quiet, but says that it is stopping', () => {
  const { progress, written, pass } = started('quiet', () => [status('node-1')])
  progress.onPhase(status('node-1'))
  pass(120)
  progress.stop()
  progress.finish()
  expect(written).toEqual([expect.stringContaining('stopping: nodes at work are given back')])
})
