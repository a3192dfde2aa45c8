import { unlessAborted } from '../model/unless-aborted.ts'
import { openClusterView, type ClusterView } from './cluster-view.ts'
import type { DrainChoices } from './drain-choices.ts'
import type { DrainPorts } from './drain-ports.ts'
import { startDrainPump, type DrainPump } from './drain-pump.ts'
import { readSurroundings } from './drain-surroundings.ts'
import type { EscalationRecord } from './escalation.ts'
import { createAdmission, type Admission } from './node-queue.ts'
import { openAfter } from './open-pods.ts'
import type { PodSurroundings, UndecidedData } from './pod-class.ts'
import type { OpenPods } from './recreate-pods.ts'

/**
 * What all drains of a run share: one view of the cluster, one account of what its budgets let go, one order in which nodes
 * begin.
 */
export interface DrainSession {
  readonly view: ClusterView
  readonly around: PodSurroundings
  readonly admission: Admission
  /** Aborted with what made going on impossible; the next session begins anew. */
  readonly broken: AbortSignal
  /** What evicts pods by these choices. */
  pumpFor(choices: DrainChoices): DrainPump
  /** Told of each step beside an eviction of a node, until `end`. */
  follow(node: string, onStep: (record: EscalationRecord) => void): void
}

/** The drains of one run in this process. */
export interface DrainRoom {
  readonly ports: DrainPorts
  /** The session that is open, or a new one. */
  session(signal: AbortSignal): Promise<DrainSession>
  /** Ends the drain of one node: nothing is sent for it any more when this resolves. */
  end(node: string, session: DrainSession, pump: DrainPump): Promise<void>
  /** What an earlier `end` has left open; undefined when the node was not drained by this process. */
  openPods(node: string): OpenPods | undefined
  close(): Promise<void>
}

export interface DrainRoomOptions {
  ports: DrainPorts
  /** All nodes that the run may drain. */
  nodes: readonly string[]
  /** What the plan of the run says of directories on them; undefined = it has none. */
  undecided?: UndecidedData
  /** Ends everything. */
  signal: AbortSignal
}

/** Nothing is opened before the first session is asked for. */
export function createDrainRoom(options: DrainRoomOptions): DrainRoom {
  const { ports, signal } = options
  const ended = new AbortController()
  const until = AbortSignal.any([signal, ended.signal])
  const open = new Map<string, OpenPods>()
  let current: { opening: Promise<OpenSession>; session: OpenSession | undefined } | undefined

  async function openNow(): Promise<OpenSession> {
    const session = await openSession({ ...options, signal: until })
    if (until.aborted) await session.close()
    return session
  }

  return {
    ports,
    async session(signal): Promise<DrainSession> {
      if (current?.session?.broken.aborted === true) {
        const { session } = current
        current = undefined
        await session.close()
      }
      if (current === undefined) {
        const opening = openNow()
        const made = { opening, session: undefined as OpenSession | undefined }
        current = made
        opening.then(
          (session) => (made.session = session),
          () => {
            if (current === made) current = undefined
          },
        )
      }
      return await unlessAborted(current.opening, signal)
    },
    async end(node, session, pump): Promise<void> {
      session.admission.leave(node)
      session.follow(node, () => undefined)
      const uids = await pump.evictor.end(node)
      open.set(node, openAfter(open.get(node), uids, ports.clock.monotonicMs()))
    },
    openPods: (node) => open.get(node),
    async close(): Promise<void> {
      ended.abort(new Error('the run is over'))
      const session = await current?.opening.catch(() => undefined)
      await session?.close()
    },
  }
}

interface OpenSession extends DrainSession {
  close(): Promise<void>
}

async function openSession({ ports, nodes, undecided, signal }: DrainRoomOptions): Promise<OpenSession> {
  const closed = new AbortController()
  const fatal = new AbortController()
  const until = AbortSignal.any([signal, closed.signal])
  try {
    const view = await openClusterView({ ...ports, nodes, signal: until })
    // Now: a right that is missing shall be known before anything is evicted.
    await view.listAttachments()
    const around = await readSurroundings(ports.cluster, { pods: view.pods.values(), undecided }, until)
    const pumps = new Map<string, DrainPump>()
    const listeners = new Map<string, (record: EscalationRecord) => void>()
    return {
      view,
      around,
      admission: createAdmission(view, ports.clock),
      broken: AbortSignal.any([fatal.signal, view.failure]),
      pumpFor(choices): DrainPump {
        const key = JSON.stringify(choices)
        const pump =
          pumps.get(key) ??
          startDrainPump({
            ports,
            view,
            around,
            choices,
            onStep: (record) => listeners.get(record.node)?.(record),
            onBroken: (error) => fatal.abort(error),
            signal: until,
          })
        pumps.set(key, pump)
        return pump
      },
      follow: (node, onStep) => listeners.set(node, onStep),
      async close(): Promise<void> {
        closed.abort(new Error('the drains are over'))
        await Promise.all([...pumps.values()].map((pump) => pump.end()))
      },
    }
  } catch (error) {
    closed.abort(error)
    throw error
  }
}
