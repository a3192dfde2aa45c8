import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { isMigrationError } from '../model/errors.ts'
import type { Clock } from '../model/ports.ts'

/**
 * Whether a kubelet lives. `silent` = its Lease was not renewed since it was first looked at, or not for too long;
 * `unknown` = nobody can tell, because there is no Lease, or it may not be read.
 */
export type Heartbeat =
  | { state: 'heard' }
  | { state: 'silent'; lease: string; renewTime: string }
  | { state: 'unknown'; why: string }

/** Watches the Leases by which kubelets say that they live, as often as it is asked. */
export interface NodeHeartbeats {
  look(node: string, signal: AbortSignal): Promise<Heartbeat>
}

const Lease = z.object({
  spec: z.object({ renewTime: z.string().nullish(), leaseDurationSeconds: z.number().nullish() }).nullish(),
})

/** Source: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
const place = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-node-lease',
}
/** Source: nodeLeaseDurationSeconds of the kubelet's configuration; it renews four times as often. */
const defaultSeconds = 40
const [leastSeconds, mostSeconds] = [10, 600]

/**
 * For some 40 s after a machine was switched off its node still says Ready. By whose clock a Lease was renewed is not known:
 * only that it is renewed while we look counts, by our own clock.
 */
export function nodeHeartbeats({ cluster, clock }: { cluster: Cluster; clock: Clock }): NodeHeartbeats {
  const beats = new Map<string, Beat>()
  return {
    async look(node, signal): Promise<Heartbeat> {
      const lease = `${place.namespace}/${node}`
      const atMs = clock.monotonicMs()
      try {
        const object = await cluster.get({ ...place, name: node }, signal)
        const spec = object === undefined ? undefined : parseApiObject(Lease, object, 'Lease').spec
        const renewTime = spec?.renewTime ?? ''
        if (renewTime === '') {
          beats.delete(node)
          return { state: 'unknown', why: `there is no lease ${lease}` }
        }
        const beat = nextBeat(beats.get(node), { renewTime, atMs })
        beats.set(node, beat)
        const seconds = Math.min(
          mostSeconds,
          Math.max(leastSeconds, spec?.leaseDurationSeconds ?? defaultSeconds),
        )
        return isHeard(beat, seconds * 1000) ? { state: 'heard' } : { state: 'silent', lease, renewTime }
      } catch (error) {
        if (!isMigrationError(error, 'CLUSTER_FORBIDDEN')) throw error
        return { state: 'unknown', why: error.message }
      }
    },
  }
}

/** What is known of one Lease after a look at it. */
export interface Beat {
  renewTime: string
  /** When it was looked at. */
  atMs: number
  /** It was renewed then, or later; undefined = not since it was first looked at. */
  heardAtMs: number | undefined
}

/** A renewal that a look finds was made after the look before. */
export function nextBeat(known: Beat | undefined, found: Pick<Beat, 'renewTime' | 'atMs'>): Beat {
  const isRenewed = known !== undefined && known.renewTime !== found.renewTime
  return { ...found, heardAtMs: isRenewed ? known.atMs : known?.heardAtMs }
}

/** True when the last renewal that is known of is younger than that. */
export function isHeard({ atMs, heardAtMs }: Beat, validMs: number): boolean {
  return heardAtMs !== undefined && atMs - heardAtMs < validMs
}
