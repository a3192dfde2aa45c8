import { z } from 'zod'

const count = z.int().min(0)

/** workloads-before/v1: how workloads were when a run began, and nodes when they started. What comes later is held against it. */
export const WorkloadsBefore = z.object({
  schema: z.literal('workloads-before/v1'),
  run: z.string(),
  /** Ready pods of each `Deployment namespace/name` and StatefulSet. */
  ready: z.record(z.string(), count),
  nodes: z.record(
    z.string(),
    z.object({
      /** DaemonSets, `namespace/name`, that had no ready pod on it already then. */
      missing: z.array(z.string()),
      /** How many pods of each workload were on it. */
      pods: z.record(z.string(), count),
    }),
  ),
})
export type WorkloadsBefore = z.infer<typeof WorkloadsBefore>

/** Where it is kept, so that a run that was killed goes on with it. */
export interface WorkloadsMemory {
  /** Undefined when there is none. Throws DOCUMENT_* for one that cannot be read. */
  read(): Promise<WorkloadsBefore | undefined>
  write(before: WorkloadsBefore): Promise<void>
}
