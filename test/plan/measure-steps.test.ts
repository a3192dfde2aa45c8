import { describe, expect, it } from 'vitest'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { doneAttempts, measuredOf, measureSteps, type StepAttempt } from '../../src/plan/measure-steps.ts'
import { makePlan, planNode } from '../support/plan-fixture.ts'

interface Told {
  atMs: number
  node?: string | null
  body: JournalEventBody
}

const dayMs = Date.parse('2026-11-22T00:00:00.000Z')

/** Events of one run, numbered from 1. */
function told(...events: readonly Told[]): JournalEvent[] {
  return events.map(({ atMs, node = 'node-1', body }, index) => ({
    seq: index + 1,
    run: 'r1',
    at: new Date(dayMs + atMs).toISOString(),
    node,
    body,
    previous: '',
    hash: '',
  }))
}

const place = (uses: StepName, attempt: number) =>
  ({ uses, phase: 'migrate', index: 2, attempt, token: 'r1:node-1:2' }) as const
const began = (atMs: number, attempt = 1, node = 'node-1'): Told => ({
  atMs,
  node,
  body: { type: 'step-started', ...place('cluster.drain', attempt) },
})
const done = (atMs: number, attempt = 1, node = 'node-1'): Told => ({
  atMs,
  node,
  body: { type: 'step-done', ...place('cluster.drain', attempt), result: {} },
})
const resumed = (atMs: number): Told => ({ atMs, node: null, body: { type: 'run-resumed' } })
const failed = (atMs: number): Told => ({
  atMs,
  body: {
    type: 'step-failed',
    ...place('cluster.drain', 1),
    failure: { class: 'transient', code: 'X', message: 'x' },
  },
})

const timesOf = (events: readonly Told[], takeovers: readonly number[] = []): number[] =>
  doneAttempts(told(...events), takeovers).map(({ ms }) => ms)

describe('doneAttempts', () => {
  it('counts from the record before the act to the one after the verification, nodes beside each other', () => {
    const events = told(began(1000), began(2000, 1, 'node-2'), done(5500), done(9000, 1, 'node-2'))
    expect(doneAttempts(events, [])).toEqual([
      { uses: 'cluster.drain', seq: 3, ms: 4500 },
      { uses: 'cluster.drain', seq: 4, ms: 7000 },
    ])
  })

  it('counts the attempt that was done, and none that has failed', () => {
    expect(timesOf([began(0), failed(50_000), began(60_000, 2), done(61_000, 2)])).toEqual([1000])
  })

  it('leaves out what was found done, and what has not ended', () => {
    expect(timesOf([done(1000), began(2000)])).toEqual([])
  })

  it.each([
    ['was found done afterwards', [began(0), resumed(3_600_000), done(3_601_000)], []],
    ['was begun again', [began(0), resumed(3_600_000), began(3_600_500, 2), done(3_601_500, 2)], [1000]],
    ['was over before', [began(0), done(700), resumed(3_600_000)], [700]],
  ])('does not count a time in which nobody was at work: it %s', (_, events, expected) => {
    expect(timesOf(events)).toEqual(expected)
  })

  it.each([
    [0, [1000]],
    [1, []],
    [2, [1000]],
  ])('leaves out an attempt in which the lock was taken over: after record %i', (after, expected) => {
    expect(timesOf([began(0), done(1000)], [after])).toEqual(expected)
  })

  it('leaves out the way back of a node until it begins anew', () => {
    const back: Told = {
      atMs: 0,
      body: { type: 'node-rolling-back', means: 'old-disk', reason: { en: 'x', zh: 'x' } },
    }
    const anew: Told = { atMs: 20_000, body: { type: 'node-started' } }
    expect(
      timesOf([
        back,
        began(0),
        began(0, 1, 'node-2'),
        done(1000),
        done(2000, 1, 'node-2'),
        anew,
        began(30_000),
        done(33_000),
      ]),
    ).toEqual([2000, 3000])
  })

  it('leaves out an attempt in which the clock went backwards', () => {
    expect(timesOf([began(5000), done(4999)])).toEqual([])
  })
})

describe('measureSteps', () => {
  const attempts = (uses: StepName, times: readonly number[]): StepAttempt[] =>
    times.map((ms, index) => ({ uses, seq: index + 1, ms }))

  it('takes the values that half and nine of ten of all do not exceed', () => {
    // Of ten the fifth and the ninth, in whatever order they come.
    const ten = [90, 20, 100, 30, 70, 10, 60, 50, 80, 40]
    expect(measureSteps(attempts('cluster.drain', ten))).toEqual({
      'cluster.drain': { p50Ms: 50, p90Ms: 90, samples: 10 },
    })
  })

  it('says nothing of six attempts, and of seven the fourth and the longest', () => {
    const seven = [7, 6, 5, 4, 3, 2, 1]
    expect(measureSteps(attempts('host.provision', seven.slice(1)))).toEqual({})
    expect(measureSteps(attempts('host.provision', seven))).toEqual({
      'host.provision': { p50Ms: 4, p90Ms: 7, samples: 7 },
    })
  })

  it('takes the newest hundred, by their records', () => {
    const old = Array.from(
      { length: 50 },
      (_, index) => ({ uses: 'cluster.cordon', seq: index, ms: 9999 }) as const,
    )
    const young = Array.from(
      { length: 100 },
      (_, index) => ({ uses: 'cluster.cordon', seq: 50 + index, ms: index + 1 }) as const,
    )
    expect(measureSteps([...young, ...old])).toEqual({
      'cluster.cordon': { p50Ms: 50, p90Ms: 90, samples: 100 },
    })
  })

  it('tells steps apart, and measures none whose time goes with the bytes of a node', () => {
    const measured = measureSteps([
      ...attempts(
        'cluster.cordon',
        Array.from({ length: 7 }, () => 3),
      ),
      ...attempts(
        'data.park',
        Array.from({ length: 7 }, () => 4),
      ),
      ...attempts(
        'data.restore',
        Array.from({ length: 7 }, () => 5),
      ),
    ])
    expect(measured).toEqual({ 'cluster.cordon': { p50Ms: 3, p90Ms: 3, samples: 7 } })
  })
})

describe('measuredOf', () => {
  it('gives what the steps of a plan were measured with', () => {
    const plan = makePlan()
    const node = planNode('node-1')
    const [first, ...rest] = node.steps.map((step) => ({
      ...step,
      estimate: { p50Ms: 1, p90Ms: 2, basis: 'assumed' as const },
    }))
    const estimate = { p50Ms: 5, p90Ms: 8, basis: 'measured' as const, samples: 9 }
    const steps = [{ ...first!, estimate }, ...rest]
    expect(measuredOf({ ...plan, nodes: [{ ...node, steps }] })).toEqual({
      [first!.uses]: { p50Ms: 5, p90Ms: 8, samples: 9 },
    })
  })
})
