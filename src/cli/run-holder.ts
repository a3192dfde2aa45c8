import { readLeaseHolders, writeLeaseHolders } from '../inventory/lease-holders-file.ts'
import { ownerState, ownIdentity } from '../journal/owner.ts'
import type { LeaseHolder } from '../model/lease-holders.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'
import type { CommandContext } from './context.ts'
import { leaseHoldersPath } from './state-paths.ts'

/** Under which name this process takes leases. */
export interface RunHolder {
  /** `user@host (run ID, process PID, TOKEN)`: no other process has it. */
  name: string
  /** Names of earlier processes of the project that are surely no more. */
  gone: ReadonlySet<string>
}

/**
 * Gives the process that has the journal's lock a name for its leases. The name is on disk before a lease is taken: a run that
 * is killed before its first record has an id that nobody knows, and the next one would wait for a process that is no more.
 */
export async function enterHolder(
  context: Pick<CommandContext, 'settings'>,
  { id, holder }: { id: string; holder: string },
  token: string,
): Promise<RunHolder> {
  const path = leaseHoldersPath(context)
  const me = ownIdentity()
  const earlier = await readLeaseHolders(path)
  const name = `${holder} (run ${id}, process ${me.pid}, ${token.slice(0, 8)})`
  await writeLeaseHolders(path, [...earlier, { name, process: me }])
  return { name, gone: goneHolders(earlier, me) }
}

/**
 * Names of those that are surely no more. One in another container or on another machine may be at work all the same: its lock
 * can have been taken because nothing was heard of it, and this project can be a copy of the one in which it is. So can the machine: one
 * that was started again is looked at, too.
 */
export function goneHolders(holders: readonly LeaseHolder[], me: ProcessIdentity): ReadonlySet<string> {
  const isGone = (process: ProcessIdentity): boolean => {
    const state = ownerState(process, me)
    // An earlier run of this very process has ended: it has the lock of the journal for one at a time.
    if (state === 'working') return process.pid === me.pid
    return state === 'gone' || state === 'reused'
  }
  return new Set(holders.filter(({ process }) => isGone(process)).map(({ name }) => name))
}
