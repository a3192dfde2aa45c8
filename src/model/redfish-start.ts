import { z } from 'zod'

/**
 * redfish-start/v1: how far the start of a machine by its BMC is, in the state directory. `begun` = a restart was not asked for;
 * `asking` = it may have been; `asked` = the BMC has taken it.
 */
export const RedfishStart = z.strictObject({
  schema: z.literal('redfish-start/v1'),
  host: z.string().min(1),
  run: z.string().min(1),
  /** Of the step that starts it. */
  token: z.string().min(1),
  stage: z.enum(['begun', 'asking', 'asked']),
  /** Of the BMC, before it was asked; null = it tells none. */
  lastResetTime: z.string().nullable(),
  at: z.string(),
})
export type RedfishStart = z.infer<typeof RedfishStart>

/** Where they are kept. */
export interface RedfishStarts {
  read(host: string): Promise<RedfishStart | undefined>
  /** On the disk when it resolves. */
  write(start: Omit<RedfishStart, 'schema' | 'at'>): Promise<void>
}
