import { z } from 'zod'

/** run-request/v1: what another process of the same user wants of the one that is at work on a run. */
export const RunRequestDocument = z.strictObject({
  schema: z.literal('run-request/v1'),
  run: z.string().max(100),
  /** Token of the journal's lock: a request to a process that is no more means nothing to the next one. */
  to: z.string().max(100),
  want: z.enum(['pause', 'resume', 'abort']),
  /** `user@host`, for people. */
  by: z.string().max(300),
  at: z.iso.datetime(),
})
export type RunRequestDocument = z.infer<typeof RunRequestDocument>
