import { readRunScene, writeRunScene } from '../inventory/run-scene-file.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { nodesToBegin } from '../migrate/nodes-in-reach.ts'
import { acquireRunLease } from '../steps/run-lease.ts'
import { fencedCluster } from '../steps/fenced-cluster.ts'
import type { Closers } from './close-all.ts'
import type { CommandContext } from './context.ts'
import { keepPlan } from './kept-plan.ts'
import { leaseOptions } from './lease-options.ts'
import { openCluster } from './open-cluster.ts'
import { checkRunCluster } from './run-cluster.ts'
import { refuseChangedCluster } from './refuse-changed-cluster.ts'
import { enterHolder, type RunHolder } from './run-holder.ts'
import type { RunJournal } from './run-journal.ts'
import type { RunRequest } from './run-world.ts'
import { sleep } from './sleep.ts'
import { runPath } from './state-paths.ts'

/** Where a run takes place. */
export interface OpenedScene {
  /** Fenced; undefined for a plan without a cluster. */
  cluster: Cluster | undefined
  clusterUid: string | undefined
  /** Under which name leases are taken; undefined for a plan without a cluster. */
  holder: RunHolder | undefined
  /** Aborted, with CLUSTER_LOCKED, when somebody else has taken the lease. */
  lost: AbortSignal
  /** Gives the lease back; what is written after it is only messages. */
  letGo: () => Promise<void>
}

/**
 * Opens the cluster of the plan, looks whether it is that and whether everything may be done, and takes the lease. Then the run
 * is begun in the journal, unless it is there; its plan and its scene are kept before.
 */
export async function openScene(
  context: CommandContext,
  request: RunRequest,
  { closers, ...at }: RunJournal & { closers: Closers },
): Promise<OpenedScene> {
  const { plan, digest, run } = request
  const { clock, signal } = context
  const path = runPath(context, run.id, 'scene')
  const scene = at.isKnown ? await readRunScene(path) : undefined
  let opened: OpenedScene = {
    cluster: undefined,
    clusterUid: undefined,
    holder: undefined,
    lost: new AbortController().signal,
    letGo: () => Promise.resolve(),
  }
  if (plan.inputs.cluster !== null) {
    const { cluster } = await openCluster(context)
    closers.push({ what: 'cluster', close: () => cluster.close() })
    const { state } = at
    const toBegin = nodesToBegin(plan, {
      selection: request.selection,
      isAborting: request.control.aborting.aborted,
      state,
    })
    const clusterUid = await checkRunCluster({ cluster, plan, state, toBegin, scene, signal })
    if (!at.isKnown) await refuseChangedCluster(context, { cluster, plan, toBegin })
    const holder = await enterHolder(context, run, at.journal.token)
    const lease = await acquireRunLease(
      { cluster, clock, wait: sleep },
      leaseOptions(context, holder),
      signal,
    )
    let released: Promise<void> | undefined
    const letGo = (): Promise<void> => (released ??= lease.release(context.forced()))
    closers.push({ what: 'lease', close: letGo })
    opened = { cluster: fencedCluster(cluster, lease), clusterUid, holder, lost: lease.lost, letGo }
  }
  signal.throwIfAborted()
  if (at.isKnown) return opened
  const { cluster, clusterUid: uid } = opened
  await keepPlan(context, plan, digest)
  await writeRunScene(path, {
    schema: 'run-scene/v1',
    run: run.id,
    plan: digest,
    cluster:
      cluster === undefined || uid === undefined
        ? null
        : { uid, context: cluster.context, server: cluster.server },
  })
  const { holder: actor } = run
  at.journal.begin({
    id: run.id,
    plan: digest,
    actor,
    version: context.version,
    startedAt: clock.now(),
  })
  return opened
}
