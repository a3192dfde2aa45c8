import { z } from 'zod'
import { DataRule, maxDataRules } from './data-rules.ts'
import { Freeze, RollbackMeans, Window } from './plan.ts'
import { durationTextMs } from './duration-text.ts'
import { DurationText } from './playbook.ts'
import { stepNames } from './step-names.ts'

/** A window as people write it: a length of time instead of milliseconds. */
const WrittenWindow = z.strictObject({
  days: Window.shape.days,
  start: Window.shape.start,
  length: DurationText.refine((text) => {
    const lengthMs = durationTextMs(text) ?? 0
    return lengthMs >= 60_000 && lengthMs <= 7 * 24 * 3_600_000
  }, 'a window is a minute long at least and a week at most'),
  timeZone: Window.shape.timeZone.refine(
    isTimeZone,
    'is no time zone of the IANA database: Asia/Shanghai, UTC',
  ),
})

/** plan-options/v1: what people choose about a plan. The same file and the same inputs give the same plan, byte by byte. */
export const PlanOptions = z.strictObject({
  schema: z.literal('plan-options/v1'),
  /** Name of a built-in playbook, or a file. */
  playbook: z.string().min(1).max(4096).optional(),
  /** Nodes that may be away at a time: a count, or `10%`. */
  maxUnavailable: z
    .union([z.int().min(1).max(10_000), z.string().regex(/^([1-9]\d?|100)%$/, 'a share is written as 10%')])
    .default(1),
  /** Nodes that may fail before no further one is started. */
  failureBudget: z.int().min(0).max(10_000).default(0),
  canary: z
    .strictObject({ perClass: z.int().min(0).max(100).default(1), soak: DurationText.default('30m') })
    .default({ perClass: 1, soak: '30m' }),
  /** Rest between waves. */
  soak: DurationText.default('5m'),
  zones: z.enum(['one-at-a-time', 'any']).default('one-at-a-time'),
  order: z.enum(['fewest-pods', 'name']).default('fewest-pods'),
  controlPlane: z.enum(['last', 'first', 'skip']).default('last'),
  controlPlaneOutage: z.enum(['refuse', 'accept']).default('refuse'),
  /** Pods for which no other node has room: their node is left out, or they wait until it is back. */
  noRoom: z.enum(['refuse', 'wait']).default('refuse'),
  windows: z.array(WrittenWindow).max(100).default([]),
  freezes: z
    .array(
      Freeze.refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
        path: ['until'],
        message: 'a freeze ends after it has begun',
      }),
    )
    .max(1000)
    .default([]),
  /** The gravest open finding with which a host is planned all the same; what blocks, and what could not be told, never is. */
  acceptFindings: z.enum(['low', 'medium', 'high']).default('medium'),
  /** The way back after the point of no return. `none` must be accepted by somebody with a name. */
  rollback: z
    .strictObject({
      means: RollbackMeans,
      acceptedBy: z.string().max(200).regex(/\S/, 'somebody with a name').optional(),
    })
    .refine(({ means, acceptedBy }) => means !== 'none' || acceptedBy !== undefined, {
      path: ['acceptedBy'],
      message: 'no way back must be accepted by somebody: acceptedBy is missing',
    })
    .optional(),
  /** What becomes of data that lives on the nodes; of those that match, the first counts. */
  data: z.array(DataRule).max(maxDataRules).default([]),
  /** Parameters of steps that the playbook leaves to the plan, by the step's name. */
  with: z.partialRecord(z.enum(stepNames), z.record(z.string().min(1).max(100), z.unknown())).default({}),
})
export type PlanOptions = z.infer<typeof PlanOptions>

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
