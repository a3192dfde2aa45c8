import { z } from 'zod'
import { LabelMap, objectFields } from './cluster-parts.ts'

const count = z.int()

/**
 * Where a Service is answered, counted and never listed by address. A Service with two families of addresses is counted in
 * the one with more of them ready, as its pods have one of each.
 */
export const ServiceEndpoints = z.object({
  ready: count,
  notReady: count,
  /** Ready ones by the node of their pod; those that name no node are in `ready` alone. */
  readyByNode: z.record(z.string(), count),
})
export type ServiceEndpoints = z.infer<typeof ServiceEndpoints>

/** A Service, without its addresses and ports. */
export const ClusterService = z.object({
  ...objectFields,
  namespace: z.string(),
  /** `ExternalName` is answered outside of the cluster, and has no endpoints here. */
  type: z.string(),
  /** Null when it selects no pods: somebody else says where it is answered. */
  selector: LabelMap.nullable(),
  /** Null when endpoints could not be read, or not all of them: a part would look like everything. */
  endpoints: ServiceEndpoints.nullable(),
})
export type ClusterService = z.infer<typeof ClusterService>
