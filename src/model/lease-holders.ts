import { z } from 'zod'
import { ProcessIdentity } from './process-identity.ts'

/** Most holders that are kept. */
export const mostLeaseHolders = 50

/** A process that may hold leases in the cluster, and its name in them, which no other process has. */
export const LeaseHolder = z.strictObject({ name: z.string().min(1).max(500), process: ProcessIdentity })
export type LeaseHolder = z.infer<typeof LeaseHolder>

/** lease-holders/v1: who has run plans of this project, the newest last. */
export const LeaseHolders = z.strictObject({
  schema: z.literal('lease-holders/v1'),
  holders: z.array(LeaseHolder).max(mostLeaseHolders),
})
export type LeaseHolders = z.infer<typeof LeaseHolders>
