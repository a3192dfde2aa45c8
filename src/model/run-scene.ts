import { z } from 'zod'

/** run-scene/v1: what a run is about besides its plan; whoever goes on with it must be at the same place. */
export const RunScene = z.strictObject({
  schema: z.literal('run-scene/v1'),
  run: z.string(),
  /** Digest. */
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  /** Null for a plan without a cluster. The uid is that of kube-system. */
  cluster: z.strictObject({ uid: z.string(), context: z.string(), server: z.string() }).nullable(),
})
export type RunScene = z.infer<typeof RunScene>
