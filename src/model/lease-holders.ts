import { z } from 'zod'

/** Most names that are kept. */
export const mostLeaseHolders = 20

/** lease-holders/v1: under which names runs of this project may hold leases in the cluster, the newest last. */
export const LeaseHolders = z.strictObject({
  schema: z.literal('lease-holders/v1'),
  holders: z.array(z.string().min(1).max(500)).max(mostLeaseHolders),
})
export type LeaseHolders = z.infer<typeof LeaseHolders>
