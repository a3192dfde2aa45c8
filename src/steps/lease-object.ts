import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { microTime } from '../model/micro-time.ts'
import type { Clock } from '../model/ports.ts'
import { programAnnotation } from '../model/program-mark.ts'
import type { Wait } from './wake.ts'

export const Lease = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      renewTime: z.string().nullish(),
      acquireTime: z.string().nullish(),
    })
    .nullish(),
})
export type Lease = z.infer<typeof Lease>

/**
 * In kube-system: it is in every cluster, is never deleted, and only those may write there who may do more than a drain
 * anyway, so that no tenant can hold the lock.
 */
export const leasePlace = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-system',
}
/** So long it is held without being renewed. */
export const durationSeconds = 60
/** Source: ECMAScript, the time range of Date. */
const latestMs = 8.64e15

export interface LeasePorts {
  cluster: Cluster
  clock: Clock
  wait: Wait
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
  const found = await cluster.get({ ...leasePlace, name }, signal)
  return found === undefined ? undefined : heldLease(found, clock)
}

/** Undefined when nobody has it, or it has ended. */
export function heldLease(found: ApiObject, clock: Clock): HeldLease | undefined {
  const { spec } = parseApiObject(Lease, found, 'Lease')
  const holder = spec?.holderIdentity ?? ''
  const seconds = spec?.leaseDurationSeconds ?? durationSeconds
  const endsAtMs = Math.min(Date.parse(spec?.renewTime ?? '') + seconds * 1000, latestMs)
  if (holder === '' || !(endsAtMs > Date.parse(clock.now()))) return undefined
  return { holder, since: spec?.acquireTime ?? undefined, until: new Date(endsAtMs).toISOString() }
}

/** The mark of a program that was left at work. */
export function programMarkOf(found: ApiObject): string | undefined {
  return parseApiObject(Lease, found, 'Lease').metadata.annotations?.[programAnnotation]
}

interface LeaseWrite {
  name: string
  resourceVersion: string
  /** Null = nobody. */
  holder: string | null
  signal: AbortSignal
  acquired?: boolean
  /** The mark of a program; null = it is taken away, undefined = it is left as it is. */
  program?: string | null | undefined
}

/** Writes it for a holder, unless it is of another version. */
export async function patchLease({ cluster, clock }: LeasePorts, write: LeaseWrite): Promise<WriteAnswer> {
  const { name, resourceVersion, holder, signal, acquired = false, program } = write
  const now = microTime(clock.now())
  const spec = {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    renewTime: now,
    ...(acquired ? { acquireTime: now } : {}),
  }
  const marked = program === undefined ? {} : { annotations: { [programAnnotation]: program } }
  const metadata = { resourceVersion, ...marked }
  return await cluster.patch({ ...leasePlace, name }, { metadata, spec }, { signal })
}

/** The lease as it was written; throws CLUSTER_LOCKED when it was not. */
export function leaseIn(answer: WriteAnswer, name: string): Lease {
  if (answer.outcome === 'done') return parseApiObject(Lease, answer.object, 'Lease')
  const why = answer.outcome === 'gone' ? 'it was deleted' : answer.message
  const lock = `the lease ${leasePlace.namespace}/${name} cannot be held: ${why}`
  throw new MigrationError('CLUSTER_LOCKED', lock, {
    hint: `another osferry was faster: look who it is with kubectl get lease -n kube-system ${name}`,
  })
}
