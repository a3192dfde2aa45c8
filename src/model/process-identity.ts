import { z } from 'zod'

/** A process: enough to find out later, without asking anybody, whether it is still there. */
export const ProcessIdentity = z.strictObject({
  host: z.string().max(300),
  /** Null where there is none. */
  machineId: z.string().max(100).nullable(),
  /** Of the kernel that runs; empty where it is not Linux. */
  bootId: z.string().max(100),
  /** Process ids mean something in here only: `pid:[4026531836]`. */
  pidNamespace: z.string().max(100),
  pid: z.int().min(1),
  /** Clock ticks after the boot; a later process of the same id has another one. Empty where it is not Linux. */
  startedTicks: z.string().max(40),
})
export type ProcessIdentity = z.infer<typeof ProcessIdentity>
