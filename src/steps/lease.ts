import { parseApiObject } from '../model/api-object.ts'
import type { WriteAnswer } from '../model/cluster-port.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Clock } from '../model/ports.ts'
import { unlessAborted } from '../model/unless-aborted.ts'
import { durationSeconds, Lease, leaseIn, leasePlace, patchLease, type LeasePorts } from './lease-object.ts'
import { lookAgainMs, takeLease, type LockOptions } from './take-lease.ts'
import { createWake } from './wake.ts'

const renewMs = 20_000
/** No answer says nothing of who holds it: it is asked for again, and nothing is written meanwhile. */
const away = ['CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT', 'CLUSTER_OVERLOADED'] as const

/** A lock that ends by itself when its holder does. */
export interface HeldLock {
  /** Aborted when somebody else has taken it (CLUSTER_LOCKED), or it may not be renewed any more; not while the server is away. */
  lost: AbortSignal
  /**
   * Resolves when nobody else can hold it just now, or when it is lost: at once, unless it was not renewed in time, as after a
   * sleep of the machine; then it is renewed first.
   */
  secured(signal: AbortSignal): Promise<void>
  /**
   * Writes the mark of a program on it, and resolves when it is there: until then nobody may start one. Waits while the server is
   * away; rejects when the lock is lost.
   */
  mark(mark: string, signal: AbortSignal): Promise<void>
  /** The same without waiting, at the latest when it is let go; null = no program is at work any more. */
  remark(mark: string | null): void
  /** Lets it go, and leaves a mark on it; it ends by itself when that cannot be told to the server. */
  release(signal: AbortSignal): Promise<void>
}

/**
 * Takes the lease; throws CLUSTER_LOCKED with the holder's name while another one holds it. By whose clock it was renewed is
 * not known: one that has ended and was not let go is taken when it was not renewed for its whole duration by our clock.
 */
export async function acquireLease(
  ports: LeasePorts,
  options: LockOptions,
  signal: AbortSignal,
): Promise<HeldLock> {
  const { clock } = ports
  const { name, holder } = options
  const wake = createWake(clock, ports.wait)
  let renewedAt = momentOf(clock)
  const taken = await takeLease(ports, options, signal)
  let { resourceVersion } = taken.metadata
  /** Undefined = as it was found. */
  let program: string | null | undefined
  let renewal = Promise.withResolvers<void>()
  let lastWrite: Promise<unknown> = Promise.resolve()
  const lost = new AbortController()
  const stop = new AbortController()
  const renewing = renewFor(stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) lose(error)
    renewal.resolve()
  })

  function lose(error: unknown): void {
    lost.abort(error)
    renewal.resolve()
  }

  async function renewFor(until: AbortSignal): Promise<void> {
    let restMs = renewMs
    while (!until.aborted) {
      await wake.changed(clock.monotonicMs() + restMs, until)
      const isRenewed = await renew(until)
      // What was asked for before a cut, or a sleep, says nothing of now.
      if (isRenewed) restMs = isStale() ? 0 : renewMs
      else restMs = lookAgainMs
    }
  }

  function isStale(): boolean {
    const now = momentOf(clock)
    const passedMs = Math.max(now.monotonicMs - renewedAt.monotonicMs, now.wallMs - renewedAt.wallMs)
    return passedMs >= durationSeconds * 1000
  }

  /** False while the server is away. One write at a time: each needs the version that the last one has made. */
  async function renew(until: AbortSignal): Promise<boolean> {
    const writing = lastWrite.then(async () => await renewNow(until))
    lastWrite = writing.catch(() => undefined)
    return await writing.catch((error: unknown) => {
      if (!isMigrationError(error, ...away)) throw error
      return false
    })
  }

  async function renewNow(until: AbortSignal): Promise<boolean> {
    const sentAt = momentOf(clock)
    const answer = await write(holder, until)
    // An admission webhook that does not answer.
    if (answer.outcome === 'refused' && answer.status >= 500) return false
    resourceVersion = leaseIn(answer, name).metadata.resourceVersion
    renewedAt = sentAt
    renewal.resolve()
    renewal = Promise.withResolvers()
    return true
  }

  async function write(by: string | null, until: AbortSignal): Promise<WriteAnswer> {
    for (;;) {
      const given = { name, resourceVersion, holder: by, signal: until }
      const answer = await patchLease(ports, { ...given, program })
      if (answer.outcome !== 'conflict') return answer
      resourceVersion = await versionIfOurs(until, answer)
    }
  }

  /**
   * A renewal whose answer was lost on the way has reached the server all the same. A successor of the same name has another time
   * at which it was taken.
   */
  async function versionIfOurs(until: AbortSignal, answer: WriteAnswer): Promise<string> {
    const found = await ports.cluster.get({ ...leasePlace, name }, until)
    const lease = found === undefined ? undefined : parseApiObject(Lease, found, 'Lease')
    const other = lease?.spec?.holderIdentity ?? ''
    if (lease === undefined || other === '') return leaseIn(answer, name).metadata.resourceVersion
    if (other === holder && lease.spec?.acquireTime === taken.spec?.acquireTime)
      return lease.metadata.resourceVersion
    throw new MigrationError('CLUSTER_LOCKED', `${options.heldBy}: ${other} has taken the lease`, {
      hint: `look what it does, and wait until it ends: kubectl get lease ${name} -n ${leasePlace.namespace} -o yaml`,
      details: { holder: other },
    })
  }

  return {
    lost: lost.signal,
    async secured(until): Promise<void> {
      while (isStale() && !lost.signal.aborted && !stop.signal.aborted) {
        wake.notify()
        await unlessAborted(renewal.promise, until)
      }
    },
    async mark(mark, until): Promise<void> {
      program = mark
      try {
        for (;;) {
          lost.signal.throwIfAborted()
          if (await renew(until)) return
          await ports.wait(lookAgainMs, until)
        }
      } catch (error) {
        program = null
        if (!until.aborted) lose(error)
        throw error
      }
    },
    remark(mark): void {
      program = mark
      renew(stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) lose(error)
      })
    },
    async release(until): Promise<void> {
      stop.abort()
      await renewing
      await lastWrite
      if (lost.signal.aborted) return
      // What was written last may have reached the server without its answer: then the lease ends by itself.
      await write(null, until).catch((error: unknown) => {
        if (!(error instanceof MigrationError) && !until.aborted) throw error
      })
    },
  }
}

interface Moment {
  monotonicMs: number
  wallMs: number
}

/** By both clocks: while a machine sleeps, or a virtual one is paused, the monotonic one and all timers stand still. */
function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: Date.parse(clock.now()) }
}
