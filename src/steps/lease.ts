import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { microTime } from '../model/micro-time.ts'
import type { Clock } from '../model/ports.ts'
import { unlessAborted } from '../model/unless-aborted.ts'
import type { Wait } from './wake.ts'

const Lease = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      renewTime: z.string().nullish(),
      acquireTime: z.string().nullish(),
    })
    .nullish(),
})

/**
 * In kube-system: it is in every cluster, is never deleted, and only those may write there who may do more than a drain
 * anyway, so that no tenant can hold the lock.
 */
const place = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-system',
}
const durationSeconds = 60
const renewMs = 20_000
/** Longer than clocks differ where anything else works: what was silent for so long needs no proof. */
const surelySilentMs = 900_000
const lookAgainMs = 5000
/** No answer says nothing of who holds it: it is asked for again, and nothing is written meanwhile. */
const away = ['CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT', 'CLUSTER_OVERLOADED'] as const
/** Source: ECMAScript, the time range of Date. */
const latestMs = 8.64e15

export interface LeasePorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
}

/** A lock that ends by itself when its holder does. */
export interface HeldLock {
  /** Aborted when somebody else has taken it (CLUSTER_LOCKED), or it may not be renewed any more; not while the server is away. */
  lost: AbortSignal
  /** Resolves when nobody else can hold it just now, or when it is lost: at once, unless it could not be renewed in time. */
  secured(signal: AbortSignal): Promise<void>
  /** Lets it go; it ends by itself when that cannot be told to the server. */
  release(signal: AbortSignal): Promise<void>
}

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
}

/**
 * Takes the lease; throws CLUSTER_LOCKED with the holder's name while another one holds it. By whose clock it was renewed is
 * not known: one that has only just ended is taken when it was not renewed for its whole duration by our clock.
 */
export async function acquireLease(
  ports: LeasePorts,
  options: LockOptions,
  signal: AbortSignal,
): Promise<HeldLock> {
  const { clock } = ports
  const { name, holder } = options
  let sentAtMs = clock.monotonicMs()
  const taken = await take(ports, options, signal)
  let { resourceVersion } = taken.metadata
  let renewedAtMs = sentAtMs
  let renewal = Promise.withResolvers<void>()
  const lost = new AbortController()
  const stop = new AbortController()
  const renewing = renewFor(stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) lost.abort(error)
    renewal.resolve()
  })

  async function renewFor(until: AbortSignal): Promise<void> {
    let restMs = renewMs
    while (!until.aborted) {
      await ports.wait(restMs, until)
      const isRenewed = await renew(until).catch((error: unknown) => {
        if (!isMigrationError(error, ...away)) throw error
        return false
      })
      restMs = isRenewed ? renewMs : lookAgainMs
    }
  }

  async function renew(until: AbortSignal): Promise<boolean> {
    sentAtMs = clock.monotonicMs()
    const answer = await patch(ports, { name, resourceVersion, holder, signal: until })
    // An admission webhook that does not answer.
    if (answer.outcome === 'refused' && answer.status >= 500) return false
    resourceVersion =
      answer.outcome === 'conflict'
        ? await versionIfOurs(until, answer)
        : leaseIn(answer, name).metadata.resourceVersion
    renewedAtMs = sentAtMs
    renewal.resolve()
    renewal = Promise.withResolvers()
    return true
  }

  /**
   * A renewal whose answer was lost on the way has reached the server all the same. A successor of the same name has another time
   * at which it was taken.
   */
  async function versionIfOurs(until: AbortSignal, answer: WriteAnswer): Promise<string> {
    const found = await ports.cluster.get({ ...place, name }, until)
    const lease = found === undefined ? undefined : parseApiObject(Lease, found, 'Lease')
    const other = lease?.spec?.holderIdentity ?? ''
    if (lease === undefined || other === '') return leaseIn(answer, name).metadata.resourceVersion
    if (other === holder && lease.spec?.acquireTime === taken.spec?.acquireTime)
      return lease.metadata.resourceVersion
    throw new MigrationError('CLUSTER_LOCKED', `${options.heldBy}: ${other} has taken the lease`, {
      hint: `look what it does, and wait until it ends: kubectl get lease ${name} -n ${place.namespace} -o yaml`,
      details: { holder: other },
    })
  }

  return {
    lost: lost.signal,
    async secured(until): Promise<void> {
      const isStale = (): boolean => clock.monotonicMs() - renewedAtMs >= durationSeconds * 1000
      while (isStale() && !lost.signal.aborted && !stop.signal.aborted)
        await unlessAborted(renewal.promise, until)
    },
    async release(signal): Promise<void> {
      stop.abort()
      await renewing
      if (lost.signal.aborted) return
      // The last renewal may have reached the server without its answer: then the lease ends by itself.
      await patch(ports, { name, resourceVersion, holder: null, signal }).catch((error: unknown) => {
        if (!(error instanceof MigrationError) && !signal.aborted) throw error
      })
    },
  }
}

async function take(
  ports: LeasePorts,
  options: LockOptions,
  signal: AbortSignal,
): Promise<z.infer<typeof Lease>> {
  const { cluster, clock } = ports
  const { name, holder, gone } = options
  const now = microTime(clock.now())
  const created = await cluster.create(
    place,
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: place.namespace },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: durationSeconds,
        acquireTime: now,
        renewTime: now,
      },
    },
    { signal },
  )
  if (created.outcome !== 'conflict') return leaseIn(created, name)
  const found = await cluster.get({ ...place, name }, signal)
  if (found === undefined) return await take(ports, options, signal)
  const { metadata, spec } = parseApiObject(Lease, found, 'Lease')
  const heldNow = spec?.holderIdentity ?? ''
  if (heldNow !== holder && gone?.has(heldNow) !== true) {
    refuseWhileHeld(found, clock, options)
    await proveSilent(ports, found, { ...options, signal })
  }
  const { resourceVersion } = metadata
  return leaseIn(await patch(ports, { name, resourceVersion, holder, signal, acquired: true }), name)
}

/** Throws CLUSTER_LOCKED when the lease changes while it is looked at for as long as it is valid. */
async function proveSilent(
  { cluster, clock, wait }: LeasePorts,
  found: ApiObject,
  { name, heldBy, onSilent, signal }: LockOptions & { signal: AbortSignal },
): Promise<void> {
  const { metadata, spec } = parseApiObject(Lease, found, 'Lease')
  const holder = spec?.holderIdentity ?? ''
  const silentMs = Date.parse(clock.now()) - Date.parse(spec?.renewTime ?? '')
  if (holder === '' || !(silentMs < surelySilentMs)) return
  onSilent(holder)
  const untilMs = clock.monotonicMs() + (spec?.leaseDurationSeconds ?? durationSeconds) * 1000
  while (clock.monotonicMs() < untilMs) {
    await wait(lookAgainMs, signal)
    const again = await cluster.get({ ...place, name }, signal)
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

/** Who holds the lease now. */
export interface HeldLease {
  holder: string
  /** ISO 8601. */
  since: string | undefined
  /** ISO 8601; it is renewed before, as long as the holder lives. */
  until: string
}

/** Who holds a lease; undefined when nobody does. */
export async function readLease(
  { cluster, clock }: Pick<LeasePorts, 'cluster' | 'clock'>,
  name: string,
  signal: AbortSignal,
): Promise<HeldLease | undefined> {
  const found = await cluster.get({ ...place, name }, signal)
  return found === undefined ? undefined : heldLease(found, clock)
}

function heldLease(found: ApiObject, clock: Clock): HeldLease | undefined {
  const { spec } = parseApiObject(Lease, found, 'Lease')
  const holder = spec?.holderIdentity ?? ''
  const seconds = spec?.leaseDurationSeconds ?? durationSeconds
  const endsAtMs = Math.min(Date.parse(spec?.renewTime ?? '') + seconds * 1000, latestMs)
  if (holder === '' || !(endsAtMs > Date.parse(clock.now()))) return undefined
  return { holder, since: spec?.acquireTime ?? undefined, until: new Date(endsAtMs).toISOString() }
}

function refuseWhileHeld(found: ApiObject, clock: Clock, { name, heldBy }: LockOptions): void {
  const held = heldLease(found, clock)
  if (held === undefined) return
  const { holder, until } = held
  const leftMs = Date.parse(until) - Date.parse(clock.now())
  throw new MigrationError('CLUSTER_LOCKED', `${heldBy}: ${holder}`, {
    hint: `wait until it ends; if it is no more, its lease ${place.namespace}/${name} ends by itself in ${Math.ceil(leftMs / 1000)} s`,
    details: { holder },
  })
}

interface Renewal {
  name: string
  resourceVersion: string
  /** Null = nobody. */
  holder: string | null
  signal: AbortSignal
  acquired?: boolean
}

async function patch({ cluster, clock }: LeasePorts, renewal: Renewal): Promise<WriteAnswer> {
  const { name, resourceVersion, holder, signal, acquired = false } = renewal
  const now = microTime(clock.now())
  const spec = {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    renewTime: now,
    ...(acquired ? { acquireTime: now } : {}),
  }
  return await cluster.patch({ ...place, name }, { metadata: { resourceVersion }, spec }, { signal })
}

function leaseIn(answer: WriteAnswer, name: string): z.infer<typeof Lease> {
  if (answer.outcome === 'done') return parseApiObject(Lease, answer.object, 'Lease')
  const why = answer.outcome === 'gone' ? 'it was deleted' : answer.message
  const lock = `the lease ${place.namespace}/${name} cannot be held: ${why}`
  throw new MigrationError('CLUSTER_LOCKED', lock, {
    hint: `another osferry was faster: look who it is with kubectl get lease -n kube-system ${name}`,
  })
}
