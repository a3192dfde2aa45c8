import { z } from 'zod'
import { stepNames } from './step-names.ts'
import { Target } from './target.ts'
import { Text } from './text.ts'

/** The three steps of a move, in their order. */
export const phases = ['migrate', 'replace', 'restore'] as const
export const Phase = z.enum(phases)
export type Phase = z.infer<typeof Phase>

/** `30s`, `20m`, `2h`, `1h30m`: how people write a length of time in a playbook. */
export const DurationText = z
  .string()
  .regex(/^(?=.)(\d{1,5}h)?(\d{1,5}m)?(\d{1,6}s)?$/, 'a length of time is written as 30s, 20m, 2h or 1h30m')

/** One step: what is used, with what. No conditions, no loops, no shell: the engine decides nothing by a playbook. */
export const PlaybookStep = z.strictObject({
  uses: z.enum(stepNames),
  /** Parameters; each step has a schema of its own. */
  with: z.record(z.string().min(1).max(100), z.unknown()).optional(),
  /** After this step nothing is undone: the plan's rollback means is used. At most one in a playbook. */
  pointOfNoReturn: z.literal(true).optional(),
  timeout: DurationText.optional(),
})
export type PlaybookStep = z.infer<typeof PlaybookStep>

const steps = z.array(PlaybookStep).max(50)

/** playbook/v1: one journey. */
export const Playbook = z.strictObject({
  schema: z.literal('playbook/v1'),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is made of a-z, 0-9 and -, and begins with a letter'),
  title: Text.strict(),
  /** What hosts become; null for a journey that changes nothing. */
  target: Target.nullable(),
  phases: z.strictObject({ migrate: steps, replace: steps, restore: steps }),
})
export type Playbook = z.infer<typeof Playbook>
