import { createEvictor, type Evictor } from './cluster-drain.ts'
import type { ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import type { DrainPorts } from './drain-ports.ts'
import { followSurroundings } from './drain-surroundings.ts'
import type { EscalationRecord } from './escalation.ts'
import { createNodePlans, type NodePlans } from './node-plans.ts'
import type { PodSurroundings } from './pod-class.ts'

/** What evicts the pods of all nodes that are drained with the same choices. */
export interface DrainPump {
  plans: NodePlans
  evictor: Evictor
  /** Ends it; what is on its way is waited for. */
  end(): Promise<void>
}

export interface DrainPumpOptions {
  ports: DrainPorts
  view: ClusterView
  around: PodSurroundings
  choices: DrainChoices
  /** Called with each step beside an eviction when it was taken. */
  onStep?: (record: EscalationRecord) => void
  /** Called with what makes going on impossible. */
  onBroken: (error: unknown) => void
  signal: AbortSignal
}

/** Starts to evict whatever is begun, and to look up what pods need that come later. */
export function startDrainPump(options: DrainPumpOptions): DrainPump {
  const { view, around, signal, onBroken } = options
  const plans = createNodePlans(options)
  const evictor = createEvictor({ ...options, plans })
  const ended = new AbortController()
  const until = AbortSignal.any([signal, ended.signal])
  const pumping = [evictor.run(until), followSurroundings(around, view, until)].map((work) =>
    work.catch((error: unknown) => {
      if (!until.aborted) onBroken(error)
      view.wake.notify()
    }),
  )
  return {
    plans,
    evictor,
    async end(): Promise<void> {
      ended.abort()
      await Promise.all(pumping)
    },
  }
}
