import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DrainPod } from '../../src/model/drain-pod.ts'
import { dueSteps, nextStepMs, type EscalationInput } from '../../src/steps/escalation.ts'
import type { PodTask } from '../../src/steps/pick-evictions.ts'
import { nodeDeadlines } from '../../src/steps/pod-deadline.ts'
import { drainPod, podTask } from './make-drain.ts'

const deadlines = nodeDeadlines(0, 600_000)
const { podsMs, cutAtMs, forceAtMs } = deadlines
const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-db' }

function ladder(
  more: Partial<EscalationInput> & { isUnreachable?: boolean; isOutOfService?: boolean },
): EscalationInput {
  const { isUnreachable = false, isOutOfService = false, ...rest } = more
  const node = { labels: {}, annotations: {}, taintObjects: [], taints: [], volumes: [] }
  const state = {
    isUnschedulable: true,
    isReady: !isUnreachable,
    isUnreachable,
    isOutOfService,
    readyChangedAt: undefined,
  }
  return {
    tasks: [],
    escalate: 'force',
    forcePods: [],
    nowMs: 0,
    deadlinesOf: () => deadlines,
    nodeOf: (name) => ({ name, uid: 'u', resourceVersion: '1', ...node, ...state }),
    heldBy: ({ budgets }) => budgets,
    graceOf: ({ graceSeconds }) => graceSeconds,
    ...rest,
  }
}

const ending = (more: Partial<DrainPod> = {}, task: Partial<PodTask> = {}): PodTask =>
  podTask(drainPod({ deletionTimestamp: '2026-01-01T00:00:00Z', ...more }), { state: 'sent', ...task })
const steps = (input: EscalationInput): string[] => dueSteps(input).map(({ step }) => step)

describe('the ladder of escalation', () => {
  it('deletes what a budget holds back when its grace just fits, and not before', () => {
    const tasks = [podTask(drainPod({ graceSeconds: 60 }), { budgets: ['shop/web'] })]
    const atMs = podsMs - 60_000
    expect(steps(ladder({ tasks, nowMs: atMs - 1 }))).toEqual([])
    expect(dueSteps(ladder({ tasks, nowMs: atMs }))).toMatchObject([
      { step: 'delete', reason: 'budget', names: ['shop/web'] },
    ])
    expect(steps(ladder({ tasks, nowMs: atMs, heldBy: () => [] }))).toEqual([])
    expect(steps(ladder({ tasks, nowMs: atMs, isStale: true }))).toEqual([])
    expect(nextStepMs(ladder({ tasks, nowMs: 0 }))).toBe(atMs)
  })

  it('cuts grace once, and forces only on a node that is not heard of', () => {
    const tasks = [ending()]
    expect(steps(ladder({ tasks, nowMs: cutAtMs - 1 }))).toEqual([])
    expect(steps(ladder({ tasks, nowMs: cutAtMs, escalate: 'delete' }))).toEqual([])
    expect(steps(ladder({ tasks, nowMs: cutAtMs }))).toEqual(['cut-grace'])
    const cut = [ending({}, { escalated: 'cut-grace' })]
    expect(steps(ladder({ tasks: cut, nowMs: forceAtMs }))).toEqual([])
    expect(steps(ladder({ tasks: cut, nowMs: forceAtMs, isUnreachable: true }))).toEqual(['force'])
  })

  it('does not force a pod that could run twice, unless it is named or the machine is known to be off', () => {
    const tasks = [
      ending({ controller: set }),
      ending({ name: 'b', claims: ['x'] }),
      ending({ name: 'c', controller: undefined }),
    ]
    const late = { tasks, nowMs: forceAtMs, isUnreachable: true }
    expect(steps(ladder(late))).toEqual(['not-forced', 'not-forced', 'not-forced'])
    expect(steps(ladder({ ...late, forcePods: ['shop/b'] }))).toEqual(['not-forced', 'force', 'not-forced'])
    expect(steps(ladder({ ...late, isOutOfService: true }))).toEqual(['force', 'force', 'force'])
  })

  it('never touches a pod with finalizers, nor anything when nothing was chosen', () => {
    const held = [ending({ finalizers: ['example.com/x'] })]
    expect(steps(ladder({ tasks: held, nowMs: forceAtMs, isUnreachable: true }))).toEqual([])
    const all = [ending(), podTask(drainPod(), { budgets: ['shop/web'] })]
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.boolean(), (nowMs, isUnreachable) => {
        const none = ladder({ tasks: all, nowMs, isUnreachable, escalate: 'none' })
        expect([dueSteps(none), nextStepMs(none)]).toEqual([[], undefined])
        expect(dueSteps(ladder({ tasks: all, nowMs, isUnreachable, deadlinesOf: () => undefined }))).toEqual(
          [],
        )
      }),
    )
  })
})
