import { z } from 'zod'
import { Target } from './target.ts'

/** lab/v1: where a running lab is asked about its machines; written by `osferry lab`, read by the provider `lab`. */
export const LabAccess = z.strictObject({
  schema: z.literal('lab/v1'),
  /** On loopback only. */
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, 'a lab is on http://127.0.0.1:PORT'),
  token: z.string().regex(/^[0-9a-f]{32,128}$/, 'a token is hexadecimal'),
})
export type LabAccess = z.infer<typeof LabAccess>

/** What can be asked of a machine of the lab. */
export const labVerbs = ['provision', 'cancel', 'rollback'] as const
export type LabVerb = (typeof labVerbs)[number]

const waysBack = ['old-disk', 'empty-disk'] as const
/** What comes back instead of a new system: the disk of before, or the system of before on an empty disk. */
export type WayBack = (typeof waysBack)[number]

/** What somebody asks of a machine of the lab. */
export const LabOrder = z.strictObject({
  token: z.string().min(1).max(1000),
  target: Target,
  /** With `rollback`; the disk of before when left out. */
  back: z.enum(waysBack).optional(),
})
export type LabOrder = z.infer<typeof LabOrder>

const installationStages = [
  'accepted',
  'installer',
  'first-boot',
  'done',
  'failed',
  'cancelled',
  'going-back',
  'back',
] as const
/**
 * How far a machine is with what was asked of it. `accepted` = the old system runs still; `installer` = it is off and nothing is
 * written; `first-boot` = its disk is rewritten; `failed` = nothing was written, and the old system is back or comes back;
 * `going-back` = it is off and its old system comes back, and `back` = that has booted.
 */
export type InstallationStage = (typeof installationStages)[number]

/** A machine as the lab tells of it. */
export const LabMachine = z.object({
  schema: z.literal('lab-machine/v1'),
  name: z.string().min(1).max(300),
  isOn: z.boolean(),
  installation: z
    .object({
      token: z.string(),
      target: Target,
      stage: z.enum(installationStages),
    })
    .nullable(),
  /** Why it will not be installed; null for a machine that would be. */
  refuses: z.string().max(1000).nullable(),
})
export type LabMachine = z.infer<typeof LabMachine>

/** How an order was taken: `known` = this token is done or under way, and nothing was begun. */
export const LabAnswer = z.object({
  taken: z.enum(['accepted', 'known', 'busy', 'refused', 'cancelled', 'nothing', 'too-late']),
  machine: LabMachine,
})
export type LabAnswer = z.infer<typeof LabAnswer>
