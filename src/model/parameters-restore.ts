import { z } from 'zod'
import { comparedLists } from './compared-lists.ts'

/** For steps that need to be told nothing. */
export const NoParameters = z.strictObject({})

/** What must be as it was in the snapshot before the step is done. */
export const VerifyWorkloadsParameters = z.strictObject({
  compare: z
    .array(z.enum(comparedLists))
    .min(1)
    .default([...comparedLists]),
})
