import { z } from 'zod'

/** How far a machine says it is; what it says decides nothing. */
export const bootStages = [
  'installer-started',
  'verified',
  'written',
  'first-boot',
  'joined',
  'ready',
  'data-verified',
  'failed',
] as const
export type BootStage = (typeof bootStages)[number]

/** What a machine sends. */
export const ToldStage = z.strictObject({ stage: z.enum(bootStages) })

/** What is kept of it; `from` = its address. */
export const KeptStage = z.strictObject({
  stage: z.enum(bootStages),
  at: z.iso.datetime(),
  from: z.string().max(100),
})
export type KeptStage = z.infer<typeof KeptStage>
