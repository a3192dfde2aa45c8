import { openClusterView } from '../../src/steps/cluster-view.ts'
import type { DrainChoices } from '../../src/steps/drain-choices.ts'
import { drainNodes, type DrainNodesResult, type NodeStatus } from '../../src/steps/drain-nodes.ts'
import type { NodeRecords } from '../../src/model/node-record.ts'
import { savePod } from '../../src/steps/node-records.ts'
import type { PodSurroundings } from '../../src/steps/pod-class.ts'
import { noChoices, noSurroundings } from './make-drain.ts'
import type { MemoryApp, MemoryCluster } from './memory-cluster.ts'
import { memoryRecords } from './memory-records.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Nothing speaks against it, and it goes at once. */
export function memoryApp(more: Partial<MemoryApp> = {}): MemoryApp {
  return {
    name: 'web',
    nodes: ['node-1'],
    kind: 'ReplicaSet',
    graceSeconds: 30,
    endMs: 1000,
    readyMs: 1000,
    minAvailable: undefined,
    hangs: false,
    completesMs: undefined,
    critical: false,
    ...more,
  }
}

export interface MemoryDrain {
  working: Promise<DrainNodesResult>
  statuses: () => NodeStatus[]
  stop: AbortController
  records: NodeRecords
  warned: readonly string[]
}

/** A drain of nodes of a cluster in memory. */
export async function startMemoryDrain(
  { clock, cluster }: { clock: VirtualClock; cluster: MemoryCluster },
  nodes: readonly string[],
  more: { choices?: Partial<DrainChoices>; around?: PodSurroundings; maxNodes?: number } = {},
): Promise<MemoryDrain> {
  const stop = new AbortController()
  const { signal } = new AbortController()
  const records = memoryRecords()
  const warned: string[] = []
  const view = await openClusterView({ cluster, clock, wait: clock.wait, nodes, signal })
  let statuses = (): NodeStatus[] => []
  const working = drainNodes({
    ports: {
      cluster,
      clock,
      wait: clock.wait,
      records,
      async saveManifest({ node, pod, manifest, isNaked }) {
        const { namespace, name, uid, graceSeconds } = pod
        if (isNaked)
          await savePod(records, node, { namespace, name, uid, run: 'run-1', graceSeconds, manifest })
      },
    },
    run: { id: 'run-1', holder: 'me' },
    view,
    around: more.around ?? noSurroundings,
    choices: { ...noChoices, ...more.choices },
    nodes,
    maxNodes: more.maxNodes ?? 1,
    stop: stop.signal,
    force: new AbortController().signal,
    log: { info: () => undefined, warn: () => undefined },
    onPhase: () => undefined,
    onStep: () => undefined,
    onWarning: (node, message) => warned.push(`${node}: ${message}`),
    onStart: (ask) => (statuses = ask),
  })
  return { working, statuses: () => statuses(), stop, records, warned }
}
