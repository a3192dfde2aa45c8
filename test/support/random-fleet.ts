import * as fc from 'fast-check'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import type { Scheduling } from '../../src/model/cluster-parts.ts'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import type { MovedHost, WaveOptions, WaveSnapshot } from '../../src/plan/wave-request.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterPod,
  controller,
} from './cluster-fixture.ts'
import { controlPlane, movedHost, waveOptions, waveSnapshot } from './wave-fixture.ts'

/** A cluster with what a test must know of it without asking the planner. */
export interface Fleet {
  snapshot: WaveSnapshot
  hosts: MovedHost[]
  members: { node: string; ready: boolean }[]
  /** What the budget of each app allows when all is well. */
  allowed: Map<string, number>
  /** Pods that only their own node takes. */
  pinned: { app: string; node: string }[]
}

interface AnyNode {
  zone: string | null
  cpu: number
  isCordoned: boolean
  isReady: boolean
  isTainted: boolean
}

interface AnyApp {
  /** By node, counted around. */
  places: readonly number[]
  cpu: number
  allowed: number | null
  how: 'plain' | 'local' | 'selector' | 'anti' | 'spread' | 'tolerant'
}

const often = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })

const anyNode: fc.Arbitrary<AnyNode> = fc.record({
  zone: fc.constantFrom('a', 'b', 'c', null),
  cpu: fc.constantFrom(2000, 4000, 8000),
  isCordoned: often(12).map((is) => !is),
  isReady: often(15),
  isTainted: often(8).map((is) => !is),
})

const anyApp: fc.Arbitrary<AnyApp> = fc.record({
  places: fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }),
  cpu: fc.constantFrom(0, 100, 700, 1500),
  allowed: fc.constantFrom(null, 0, 1, 1, 2, 3),
  how: fc.constantFrom('plain', 'plain', 'local', 'selector', 'anti', 'spread', 'tolerant'),
})

/** Clusters of up to a dozen workers, with none or up to five control plane nodes. */
export const anyFleet: fc.Arbitrary<Fleet> = fc
  .record({
    nodes: fc.array(anyNode, { minLength: 1, maxLength: 12 }),
    apps: fc.array(anyApp, { maxLength: 8 }),
    masters: fc.array(often(8), { maxLength: 5 }),
    minutes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 20, maxLength: 20 }),
  })
  .map(makeFleet)

export const anyOptions: fc.Arbitrary<WaveOptions> = fc
  .record({
    maxUnavailable: fc.constantFrom(1, 2, 3, 5, '25%', '100%'),
    canary: fc.constantFrom({ perClass: 0, soakMs: 0 }, { perClass: 1, soakMs: 60_000 }),
    soakMs: fc.constantFrom(0, 30_000),
    zones: fc.constantFrom('any' as const, 'one-at-a-time' as const),
    order: fc.constantFrom('name' as const, 'fewest-pods' as const),
    controlPlane: fc.constantFrom('last' as const, 'first' as const, 'skip' as const),
  })
  .map(waveOptions)

interface Drawn {
  nodes: AnyNode[]
  apps: AnyApp[]
  masters: boolean[]
  minutes: number[]
}

function makeFleet({ nodes, apps, masters, minutes }: Drawn): Fleet {
  const workers = nodes.map((node, index) => workerOf(`n${index}`, node))
  const control = masters.map((etcdReady, index) => controlPlane(`m${index}`, { etcdReady }))
  const all = [...workers, ...control.map(({ node }) => node)]
  const made = apps.map((app, index) => makeApp(`app-${index}`, app, workers))
  const claims = made.flatMap(({ bound }) => bound)
  return {
    snapshot: waveSnapshot({
      nodes: all,
      pods: [...made.flatMap(({ pods }) => pods), ...control.flatMap(({ pods }) => pods)],
      budgets: made.flatMap(({ budget }) => budget),
      claims: claims.map(({ claim }) => claim),
      volumes: claims.map(({ volume }) => volume),
    }),
    hosts: all.map(({ name }, index) => {
      const p50Ms = (minutes[index % minutes.length] ?? 1) * 60_000
      return movedHost(name, { estimate: { p50Ms, p90Ms: p50Ms * 2, basis: 'assumed' } })
    }),
    members: control.map(({ node }, index) => ({ node: node.name, ready: masters[index] ?? false })),
    allowed: new Map(
      apps.flatMap(({ allowed }, index) => (allowed === null ? [] : [[`app-${index}`, allowed]])),
    ),
    pinned: made.flatMap(({ pinned }) => pinned),
  }
}

function workerOf(name: string, { zone, cpu, isCordoned, isReady, isTainted }: AnyNode): ClusterNode {
  return clusterNode(name, {
    labels: {
      'kubernetes.io/hostname': name,
      ...(zone === null ? {} : { 'topology.kubernetes.io/zone': zone }),
    },
    allocatable: { cpu, memory: 8 * 2 ** 30, pods: 10 },
    unschedulable: isCordoned,
    ready: isReady ? 'ready' : 'not-ready',
    taints: isTainted ? [{ key: 'team', value: 'x', effect: 'NoSchedule' }] : [],
  })
}

function schedulingOf(app: string, how: AnyApp['how'], node: string): Scheduling {
  const labelSelector = { matchLabels: { app } }
  const hostname = 'kubernetes.io/hostname'
  if (how === 'selector') return { nodeSelector: { [hostname]: node } }
  if (how === 'tolerant') return { tolerations: [{ key: 'team', operator: 'Exists' }] }
  if (how === 'anti')
    return { affinity: { podAnti: { required: [{ topologyKey: hostname, labelSelector }], preferred: [] } } }
  if (how !== 'spread') return {}
  const topologyKey = 'topology.kubernetes.io/zone'
  return { topologySpread: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector }] }
}

function makeApp(
  app: string,
  { places, cpu, allowed, how }: AnyApp,
  workers: readonly ClusterNode[],
): {
  pods: ClusterPod[]
  bound: ReturnType<typeof boundClaim>[]
  budget: ReturnType<typeof clusterBudget>[]
  pinned: Fleet['pinned']
} {
  const all = places.map((place) => workers[place % workers.length]?.name ?? '')
  // A scheduler would not have put two of them there.
  const nodes = how === 'anti' ? [...new Set(all)] : all
  const bound =
    how === 'local'
      ? nodes.map((node, index) => boundClaim(`${app}-${index}`, { kind: 'local' }, [node]))
      : []
  const pods = nodes.map((node, index) =>
    clusterPod(`${app}-${index}`, {
      node,
      labels: { app },
      owner: controller(`Deployment/${app}`),
      requests: cpu === 0 ? {} : { cpu, memory: 2 ** 28 },
      scheduling: schedulingOf(app, how, node),
      volumes:
        bound.length === 0 ? [] : [{ name: 'data', kind: 'persistentVolumeClaim', claim: `${app}-${index}` }],
    }),
  )
  const expectedPods = pods.length
  const budget = clusterBudget(app, {
    selector: { matchLabels: { app } },
    maxUnavailable: allowed,
    status: budgetStatus({
      expectedPods,
      currentHealthy: expectedPods,
      desiredHealthy: expectedPods - (allowed ?? 0),
      disruptionsAllowed: allowed ?? 0,
    }),
  })
  return {
    pods,
    bound,
    budget: allowed === null ? [] : [budget],
    pinned: how === 'local' || how === 'selector' ? nodes.map((node) => ({ app, node })) : [],
  }
}
