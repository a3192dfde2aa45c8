import type { JournalEvent, JournalEventBody, JournalRun } from '../../src/model/journal-record.ts'
import type { Phase } from '../../src/model/playbook.ts'
import type { RunReport } from '../../src/model/run-report.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { buildRunReport } from '../../src/report/run-report-model.ts'
import { makePlan } from './plan-fixture.ts'

const run: JournalRun = {
  id: '20261120-220000-7k4q9z',
  plan: 'c0ffee'.padEnd(64, '0'),
  actor: 'li.wei@bastion-1',
  version: '0.1.0',
  startedAt: '2026-11-20T22:00:00.000Z',
}
const because = { en: 'the step cluster.drain failed', zh: '步骤 cluster.drain 失败' }
const waitsFor = { en: 'the budget shop/api allows no eviction', zh: '中断预算 shop/api 不允许驱逐' }

type Told = readonly [minutes: number, node: string | null, body: JournalEventBody]

function step(
  node: string,
  [from, to]: readonly [number, number],
  { result = {}, ...place }: { uses: StepName; phase: Phase; index: number; result?: object },
): Told[] {
  const at = { ...place, attempt: 1, token: `${run.id}:${node}:${place.index}` }
  return [
    [from, node, { type: 'step-started', ...at }],
    [to, node, { type: 'step-done', ...at, result: { ...result } }],
  ]
}

const cordon = { uses: 'cluster.cordon', phase: 'migrate', index: 0 } as const
const drain = { uses: 'cluster.drain', phase: 'migrate', index: 1 } as const
const park = { uses: 'data.park', phase: 'migrate', index: 2 } as const
const provision = { uses: 'host.provision', phase: 'replace', index: 3 } as const
const restore = { uses: 'data.restore', phase: 'restore', index: 4 } as const
const verify = { uses: 'workloads.verify', phase: 'restore', index: 5 } as const
const waits = {
  kind: 'waits-for-nodes',
  nodes: ['node-2'],
  objects: ['Deployment shop/web'],
  count: 3,
} as const
const drained = { ...drain, attempt: 1, token: 't' }
const failure = { class: 'budget', code: 'DRAIN_BLOCKED', message: 'shop/api allows no eviction' } as const

/** node-1 is moved, across a kill of ten hours; node-2 is given back; node-3 was not begun. */
const story: readonly Told[] = [
  [0, null, { type: 'run-started', nodes: ['node-1', 'node-2', 'node-3'] }],
  [0, null, { type: 'wave-started', wave: 0 }],
  [0, 'node-1', { type: 'node-started' }],
  ...step('node-1', [0, 1], cordon),
  ...step('node-1', [1, 9], { ...drain, result: { escalations: [{ pod: 'shop/cart-0' }] } }),
  ...step('node-1', [9, 12], { ...park, result: { archives: [{ bytes: 3_221_225_472 }, { bytes: 1024 }] } }),
  [12, 'node-1', { type: 'step-started', ...provision, attempt: 1, token: 'p' }],
  [12, 'node-1', { type: 'point-of-no-return' }],
  [
    13,
    'node-1',
    {
      type: 'step-waiting',
      ...provision,
      attempt: 1,
      waitsFor: { en: 'for command /opt/reinstall', zh: '等待 command /opt/reinstall' },
      since: '2026-11-20T22:12:00.000Z',
    },
  ],
  [613, null, { type: 'run-resumed', part: {} }],
  [613, 'node-1', { type: 'step-started', ...provision, attempt: 2, token: 'p' }],
  [633, 'node-1', { type: 'step-done', ...provision, attempt: 2, token: 'p', result: {} }],
  ...step('node-1', [633, 636], { ...restore, result: { archives: 2, files: 812, bytes: 3_221_226_496 } }),
  ...step('node-1', [636, 636], { ...verify, result: { notes: [waits] } }),
  [636, 'node-1', { type: 'node-ended', outcome: 'done' }],
  [636, null, { type: 'wave-done', wave: 0 }],
  [640, null, { type: 'gate', gate: 'prometheus', outcome: 'closed', message: 'error rate 2.1 > 1' }],
  [646, null, { type: 'wave-started', wave: 1 }],
  [646, 'node-2', { type: 'node-started' }],
  ...step('node-2', [646, 647], cordon),
  [647, 'node-2', { type: 'step-started', ...drained }],
  [
    648,
    'node-2',
    { type: 'step-waiting', ...drain, attempt: 1, waitsFor, since: '2026-11-21T08:48:00.000Z' },
  ],
  [708, 'node-2', { type: 'step-failed', ...drained, failure }],
  [708, 'node-2', { type: 'node-returning', reason: because }],
  [708, 'node-2', { type: 'undo-started', ...cordon, attempt: 1, token: 'u' }],
  [709, 'node-2', { type: 'undo-done', ...cordon, attempt: 1, token: 'u' }],
  [709, 'node-2', { type: 'node-ended', outcome: 'returned' }],
  [709, null, { type: 'run-ended', outcome: 'failed' }],
]

/** The events of the sample run; texts of others may be put in their place. */
export function sampleEvents(
  change: (body: JournalEventBody) => JournalEventBody = (body) => body,
): JournalEvent[] {
  return story.map(([minutes, node, body], index) => ({
    seq: index + 1,
    run: run.id,
    at: new Date(Date.parse(run.startedAt) + minutes * 60_000).toISOString(),
    node,
    body: change(body),
    previous: '',
    hash: (index + 1).toString(16).padStart(64, 'a'),
  }))
}

/** The report of the sample run; everything in it is fixed. */
export function sampleRunReport(events: readonly JournalEvent[] = sampleEvents()): RunReport {
  const now = '2026-11-21T10:00:00.000Z'
  return buildRunReport({ run, plan: makePlan(), events, now, version: '0.1.0' })
}
