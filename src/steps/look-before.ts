import type { Cluster } from '../model/cluster-port.ts'
import type { Clock } from '../model/ports.ts'
import type { StepContext, StepMemory } from '../model/step.ts'
import { hostAfter } from './after-replacement.ts'
import type { HostPort } from './data-ports.ts'
import { backOnNewDisk } from './keeps-data.ts'
import { keptPaths, proveKept, recordedKept, recordKept, type KeptPath } from './kept-data.ts'
import { claimsToReattach, proveVolumes, recordVolumes } from './reattached-volumes.ts'
import { ownEndMs } from './step-ports.ts'
import { requireOffSystemDisk } from './off-system-disk.ts'

interface LookPorts extends HostPort {
  clock: Clock
  /** Asked only for volumes that are to be attached again. */
  cluster: Cluster
}

type Context = StepContext<unknown, LookPorts>

/** Most of the time of the step is for the provider. */
const mostCountMs = 15 * 60_000
const countShare = 0.25

/**
 * What has to be there again when the system was replaced: asked of the host and of the cluster only when something has to. Throws
 * DATA_KEPT_NOT_TOLD, and DATA_KEPT_DIFFERS when this run has moved the node before and not all of that is there.
 */
export async function lookBefore(context: Context): Promise<StepMemory> {
  const paths = keptPaths(context.node)
  const claims = claimsToReattach(context.node)
  const earlier = ofEarlierRound(context)
  return {
    ...(paths.length === 0 ? {} : await keptBefore(context, { paths, earlier })),
    ...(claims.length === 0 ? {} : await volumesBefore(context, { claims, earlier })),
  }
}

/** Until when files may be counted before the system is replaced, on the clock that never jumps. */
export function countEndMs(context: StepContext<unknown, { clock: Clock }>): number {
  const { clock } = context.ports
  const nowMs = clock.monotonicMs()
  const leftMs = ownEndMs(context, 'host.provision', clock) - nowMs
  return nowMs + Math.min(mostCountMs, leftMs * countShare)
}

interface Earlier {
  memory: StepMemory
  next: string
}

/** A loss since this run has last moved the node is not what is to be kept from now on. */
function ofEarlierRound({ foundBefore: memory, run }: Context): Earlier | undefined {
  const next = `it was when ${run.id} moved the node before: put it back, or let a plan of its own begin with what is there now`
  return memory === undefined ? undefined : { memory, next }
}

async function keptBefore(
  context: Context,
  { paths, earlier }: { paths: readonly KeptPath[]; earlier: Earlier | undefined },
): Promise<StepMemory> {
  const { node, ports, signal } = context
  const { host } = await hostAfter(context)
  const time = { clock: ports.clock, endMs: countEndMs(context) }
  if (earlier !== undefined) {
    const before = recordedKept(earlier.memory, { name: node.name, paths })
    const isDiskAnew = backOnNewDisk(node)
    await proveKept(host, { paths, before, time, hadPods: true, isDiskAnew, next: earlier.next }, signal)
  }
  const kept = await recordKept(host, { paths, time }, signal)
  const onOthers = paths.flatMap(({ path, isOffSystemDisk }) => (isOffSystemDisk ? [path] : []))
  const looks = recordedKept(kept, { name: node.name, paths })
  await requireOffSystemDisk(
    host,
    looks.filter(({ path }) => onOthers.includes(path)),
    signal,
  )
  return kept
}

async function volumesBefore(
  { ports: { cluster }, signal }: Context,
  { claims, earlier }: { claims: readonly string[]; earlier: Earlier | undefined },
): Promise<StepMemory> {
  if (earlier !== undefined) await proveVolumes(cluster, { claims, ...earlier }, signal)
  return await recordVolumes(cluster, claims, signal)
}
