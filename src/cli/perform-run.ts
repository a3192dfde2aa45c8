import { isAway } from '../migrate/node-state.ts'
import { runPlan } from '../migrate/run-plan.ts'
import { followRun } from '../migrate/run-state.ts'
import { closeAll, type Closers } from './close-all.ts'
import { refusePlan } from './refuse-plan.ts'
import { runConfigs } from './run-configs.ts'
import { runGates } from './run-gates.ts'
import { runHosts } from './run-hosts.ts'
import { runNodeEvents } from './run-node-events.ts'
import { runNodeLeases } from './run-node-leases.ts'
import { runWebhooks } from './run-webhooks.ts'
import { openRunJournal } from './run-journal.ts'
import { runPorts } from './run-ports.ts'
import { openScene } from './run-scene.ts'
import { runSteps } from './run-steps.ts'
import { runWaitingTaints } from './run-waiting-taints.ts'
import { runWindows } from './run-windows.ts'
import type { PerformRun, RunWorld } from './run-world.ts'
import { sleep } from './sleep.ts'
import { keepHeapSmall } from './small-heap.ts'

/**
 * Opens everything that the run needs, runs it, and closes it again. Whatever refuses it does so before anything is written to
 * the cluster, to a host or to the journal. Until then the signal of the context ends it; from then on only the control does.
 */
export const performRun: PerformRun = async (context, request) => {
  const { plan, selection, run, control, onEvent, onHold } = request
  const { clock } = context
  refusePlan(plan, selection, new Set(runSteps.map(({ uses }) => uses)))
  keepHeapSmall()
  const closers: Closers = []
  const end = new AbortController()
  try {
    const opened = await openRunJournal(context, request)
    const { journal } = opened
    closers.push({ what: 'journal', close: () => Promise.resolve(journal.close()) })
    const isAborting = control.aborting.aborted
    const hosts = await runHosts(context, plan, { selection, isAborting, state: opened.state })
    const unwatch = request.onLock?.(journal.token)
    if (unwatch !== undefined) closers.push({ what: 'requests', close: unwatch })
    const scene = await openScene(context, request, { ...opened, closers })
    const followed = followRun(opened.state)
    const world: RunWorld = {
      ...scene,
      context,
      plan,
      run,
      hosts,
      nodesAway: () => [...followed.state().nodes].flatMap(([name, node]) => (isAway(node) ? [name] : [])),
      signal: end.signal,
      onClose: (close) => void closers.push({ what: 'ports', close }),
    }
    const webhooks = runWebhooks(world)
    const nodeEvents = runNodeEvents(world)
    const taints = runWaitingTaints(world, { selection, isAborting, state: opened.state })
    const takeTaints = async (): Promise<void> => await taints?.takeAll()
    // Before the lease is let go, however the run ends.
    closers.push({ what: 'taints', close: takeTaints })
    const configs = runConfigs(world, opened.state)
    const sinks = [webhooks, nodeEvents, configs, ...(taints === undefined ? [] : [taints])]
    closers.push({ what: 'events', close: async () => await nodeEvents.finish() })
    // Closed last: nobody waits for a lease or the journal because somebody does not answer.
    closers.unshift({ what: 'webhooks', close: async () => await webhooks.finish() })
    const leases = runNodeLeases(world)
    const guard = leases && (taints?.guarding(leases) ?? leases)
    return await runPlan(plan, {
      engine: { journal, clock, wait: sleep, steps: runSteps, ports: runPorts(world, leases) },
      run,
      control,
      gates: runGates(world),
      windows: runWindows(context, plan),
      selection,
      lost: scene.lost,
      async letGo() {
        await takeTaints()
        await scene.letGo()
      },
      ...(guard === undefined ? {} : { guard }),
      onEvent(event) {
        followed.tell(event)
        for (const sink of sinks) sink.onEvent(event)
        onEvent(event)
      },
      onHold,
    })
  } finally {
    end.abort()
    await closeAll(context, closers)
  }
}
