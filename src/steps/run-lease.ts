import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Clock } from '../model/ports.ts'
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
 * The one Lease of a cluster. In kube-system: it is in every cluster, is never deleted, and only those may write there who
 * may do more than a drain anyway, so that no tenant can hold the lock.
 */
const place = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-system',
}
const name = 'osferry-run'
const durationSeconds = 60
const renewMs = 20_000
/** Source: ECMAScript, the time range of Date. */
const latestMs = 8.64e15

export interface LeasePorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
}

/** While it is held no other osferry begins. */
export interface RunLease {
  /** Aborted, with CLUSTER_LOCKED, when somebody else has taken it. */
  lost: AbortSignal
  /** Lets it go; it ends by itself when that cannot be told to the server. */
  release(signal: AbortSignal): Promise<void>
}

/** Takes the lease; throws CLUSTER_LOCKED with the holder's name while another one holds it. */
export async function acquireRunLease(
  ports: LeasePorts,
  holder: string,
  signal: AbortSignal,
): Promise<RunLease> {
  let resourceVersion = await take(ports, holder, signal)
  const lost = new AbortController()
  const stop = new AbortController()
  const renewing = renewFor(stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) lost.abort(error)
  })

  async function renewFor(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await ports.wait(renewMs, until)
      const answer = await patch(ports, { resourceVersion, holder, signal: until })
      resourceVersion = answer.outcome === 'conflict' ? await versionIfOurs(until, answer) : versionOf(answer)
    }
  }

  /** A renewal whose answer was lost on the way has reached the server all the same. */
  async function versionIfOurs(until: AbortSignal, answer: WriteAnswer): Promise<string> {
    const found = await ports.cluster.get({ ...place, name }, until)
    const lease = found === undefined ? undefined : parseApiObject(Lease, found, 'Lease')
    return lease?.spec?.holderIdentity === holder ? lease.metadata.resourceVersion : versionOf(answer)
  }

  return {
    lost: lost.signal,
    async release(signal): Promise<void> {
      stop.abort()
      await renewing
      if (lost.signal.aborted) return
      // The last renewal may have reached the server without its answer: then the lease ends by itself.
      await patch(ports, { resourceVersion, holder: null, signal }).catch((error: unknown) => {
        if (!(error instanceof MigrationError) && !signal.aborted) throw error
      })
    },
  }
}

async function take(ports: LeasePorts, holder: string, signal: AbortSignal): Promise<string> {
  const { cluster, clock } = ports
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
  if (created.outcome !== 'conflict') return versionOf(created)
  const found = await cluster.get({ ...place, name }, signal)
  if (found === undefined) return await take(ports, holder, signal)
  refuseWhileHeld(found, clock)
  const { resourceVersion } = parseApiObject(Lease, found, 'Lease').metadata
  return versionOf(await patch(ports, { resourceVersion, holder, signal, acquired: true }))
}

/** Who holds the lease now. */
export interface HeldLease {
  holder: string
  /** ISO 8601. */
  since: string | undefined
  /** ISO 8601; it is renewed before, as long as the holder lives. */
  until: string
}

/** Who is at work in the cluster; undefined when nobody is. */
export async function readRunLease(
  { cluster, clock }: Pick<LeasePorts, 'cluster' | 'clock'>,
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

function refuseWhileHeld(found: ApiObject, clock: Clock): void {
  const held = heldLease(found, clock)
  if (held === undefined) return
  const { holder, until } = held
  const leftMs = Date.parse(until) - Date.parse(clock.now())
  throw new MigrationError('CLUSTER_LOCKED', `another osferry is at work in this cluster: ${holder}`, {
    hint: `wait until it ends; if it is no more, its lease ${place.namespace}/${name} ends by itself in ${Math.ceil(leftMs / 1000)} s`,
    details: { holder },
  })
}

interface Renewal {
  resourceVersion: string
  /** Null = nobody. */
  holder: string | null
  signal: AbortSignal
  acquired?: boolean
}

async function patch({ cluster, clock }: LeasePorts, renewal: Renewal): Promise<WriteAnswer> {
  const { resourceVersion, holder, signal, acquired = false } = renewal
  const now = microTime(clock.now())
  const spec = {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    renewTime: now,
    ...(acquired ? { acquireTime: now } : {}),
  }
  return await cluster.patch({ ...place, name }, { metadata: { resourceVersion }, spec }, { signal })
}

function versionOf(answer: WriteAnswer): string {
  if (answer.outcome === 'done') return parseApiObject(Lease, answer.object, 'Lease').metadata.resourceVersion
  const why = answer.outcome === 'gone' ? 'it was deleted' : answer.message
  const lock = `the lease ${place.namespace}/${name} cannot be held: ${why}`
  throw new MigrationError('CLUSTER_LOCKED', lock, {
    hint: 'another osferry was faster: look who it is with kubectl get lease -n kube-system osferry-run',
  })
}

/** MicroTime has six digits. */
function microTime(iso: string): string {
  return iso.replace(/\.(\d{3})Z$/, '.$1000Z')
}
