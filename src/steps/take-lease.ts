import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { microTime } from '../model/micro-time.ts'
import type { Clock } from '../model/ports.ts'
import {
  durationSeconds,
  heldLease,
  Lease,
  leaseIn,
  leasePlace,
  patchLease,
  programMarkOf,
  type LeasePorts,
} from './lease-object.ts'

/** Between two looks at a lease. */
export const lookAgainMs = 5000

export interface LockOptions {
  /** Of the Lease. */
  name: string
  /** `user@host (run ID, …)`: no other process has this name, so that the lease is taken again at once from whoever has it. */
  holder: string
  /** Names of processes that are surely no more: from them it is taken at once, too. Default none. */
  gone?: ReadonlySet<string>
  /** What somebody else does who holds it, before the holder's name. */
  heldBy: string
  /** Called when somebody has to be waited for who may be no more. */
  onSilent: (holder: string) => void
  /**
   * Asked about the mark of a program that whoever held it has left: false = it has ended, and the mark goes. Throws when the lease
   * may not be taken. Default: the mark is left as it is.
   */
  isAtWork?: (mark: string) => Promise<boolean>
}

/** Takes the lease; throws CLUSTER_LOCKED with the holder's name while another one holds it. */
export async function takeLease(
  ports: LeasePorts,
  options: LockOptions,
  signal: AbortSignal,
): Promise<Lease> {
  const { cluster, clock } = ports
  const { name, holder, gone } = options
  const found = await cluster.get({ ...leasePlace, name }, signal)
  if (found === undefined) {
    const created = await createLease(ports, options, signal)
    return created.outcome === 'conflict' ? await takeLease(ports, options, signal) : leaseIn(created, name)
  }
  const { metadata, spec } = parseApiObject(Lease, found, 'Lease')
  const heldNow = spec?.holderIdentity ?? ''
  const isFree = heldNow === holder || gone?.has(heldNow) === true
  if (!isFree) refuseWhileHeld(found, clock, options)
  const mark = programMarkOf(found)
  const isLeft = mark === undefined || (await options.isAtWork?.(mark)) !== false
  if (!isFree) await proveSilent(ports, found, { ...options, signal })
  const { resourceVersion } = metadata
  const program = isLeft ? undefined : null
  const given = { name, resourceVersion, holder, signal, acquired: true, program }
  return leaseIn(await patchLease(ports, given), name)
}

async function createLease(
  { cluster, clock }: LeasePorts,
  { name, holder }: LockOptions,
  signal: AbortSignal,
): Promise<WriteAnswer> {
  const now = microTime(clock.now())
  return await cluster.create(
    leasePlace,
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: leasePlace.namespace },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: durationSeconds,
        acquireTime: now,
        renewTime: now,
      },
    },
    { signal },
  )
}

/**
 * Throws CLUSTER_LOCKED when the lease changes while it is looked at for as long as it is valid. Times in it prove nothing,
 * however old: they are by a clock that may differ from ours by any amount.
 */
async function proveSilent(
  { cluster, clock, wait }: LeasePorts,
  found: ApiObject,
  { name, heldBy, onSilent, signal }: LockOptions & { signal: AbortSignal },
): Promise<void> {
  const { metadata, spec } = parseApiObject(Lease, found, 'Lease')
  const holder = spec?.holderIdentity ?? ''
  if (holder === '') return
  onSilent(holder)
  const untilMs = clock.monotonicMs() + (spec?.leaseDurationSeconds ?? durationSeconds) * 1000
  while (clock.monotonicMs() < untilMs) {
    await wait(Math.min(lookAgainMs, untilMs - clock.monotonicMs()), signal)
    const again = await cluster.get({ ...leasePlace, name }, signal)
    if (again === undefined) return
    const now = parseApiObject(Lease, again, 'Lease')
    if (now.metadata.resourceVersion === metadata.resourceVersion) continue
    const message = `${heldBy}: ${now.spec?.holderIdentity ?? holder}`
    throw new MigrationError('CLUSTER_LOCKED', message, {
      hint: 'it renews its lease with a clock that differs from yours: synchronize both, and wait until it ends',
      details: { holder },
    })
  }
}

function refuseWhileHeld(found: ApiObject, clock: Clock, { name, heldBy }: LockOptions): void {
  const held = heldLease(found, clock)
  if (held === undefined) return
  const { holder, until } = held
  const leftMs = Date.parse(until) - Date.parse(clock.now())
  throw new MigrationError('CLUSTER_LOCKED', `${heldBy}: ${holder}`, {
    hint: `wait until it ends; if it is no more, its lease ${leasePlace.namespace}/${name} ends by itself in ${Math.ceil(leftMs / 1000)} s`,
    details: { holder },
  })
}
