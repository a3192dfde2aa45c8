import { acquireLease, type HeldLock } from './lease.ts'
import { readLease, type HeldLease, type LeasePorts } from './lease-object.ts'
import type { LockOptions } from './take-lease.ts'

export type { HeldLease, LeasePorts } from './lease-object.ts'

/** The one Lease of a cluster. */
const name = 'osferry-run'

/** While it is held no other osferry begins. */
export type RunLease = HeldLock

export type LeaseOptions = Pick<LockOptions, 'holder' | 'gone' | 'onSilent'>

/** Takes the lease of the cluster; throws CLUSTER_LOCKED with the holder's name while another one holds it. */
export async function acquireRunLease(
  ports: LeasePorts,
  options: LeaseOptions,
  signal: AbortSignal,
): Promise<RunLease> {
  const heldBy = 'another osferry is at work in this cluster'
  return await acquireLease(ports, { ...options, name, heldBy }, signal)
}

/** Who is at work in the cluster; undefined when nobody is. */
export async function readRunLease(
  ports: Pick<LeasePorts, 'cluster' | 'clock'>,
  signal: AbortSignal,
): Promise<HeldLease | undefined> {
  return await readLease(ports, name, signal)
}
