import * as fc from 'fast-check'
import type { Scheduling } from '../../src/model/cluster-parts.ts'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { planWaves } from '../../src/plan/plan-waves.ts'
import type { WavePlan, WaveRequest } from '../../src/plan/wave-request.ts'
import {
  boundClaim,
  budgetStatus,
  clusterBudget,
  clusterNode,
  clusterPod,
  controller,
} from '../support/cluster-fixture.ts'
import { anyFleet } from '../support/random-fleet.ts'
import { movedHost, waveOptions, waveSnapshot } from '../support/wave-fixture.ts'
import { printTable } from './measure.ts'

/**
 * Waves of a large cluster, and how far they are from the lower bounds. To reach: 1,000 nodes and 20,000 pods in seconds, and
 * no more than 1.1 times the lower bounds of waves and makespan.
 */
const count = Number(process.argv[2] ?? 1000)
const podsPerNode = 20
const hostname = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'

interface App {
  name: string
  replicas: number
  how: 'plain' | 'budget' | 'local' | 'anti' | 'spread'
}

function schedulingOf({ name, how }: App): Scheduling {
  const labelSelector = { matchLabels: { app: name } }
  if (how === 'anti')
    return { affinity: { podAnti: { required: [{ topologyKey: hostname, labelSelector }], preferred: [] } } }
  if (how !== 'spread') return {}
  return {
    topologySpread: [{ maxSkew: 2, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
  }
}

function request(nodeCount: number, cpu = 16_000): WaveRequest {
  const names = Array.from({ length: nodeCount }, (_, index) => `node-${String(index).padStart(5, '0')}`)
  const nodes = names.map((name, index) =>
    clusterNode(name, {
      labels: { [hostname]: name, [zone]: 'abc'[index % 3] ?? 'a' },
      allocatable: { cpu, memory: 64 * 2 ** 30, pods: 110 },
    }),
  )
  const apps: App[] = []
  for (let left = nodeCount * podsPerNode; left > 0; left -= 10) {
    const how = (['budget', 'plain', 'budget', 'spread', 'anti', 'budget', 'local'] as const)[apps.length % 7]
    apps.push({ name: `app-${apps.length}`, replicas: 10, how: how ?? 'plain' })
  }
  const bound: ReturnType<typeof boundClaim>[] = []
  const pods = apps.flatMap((app, index): ClusterPod[] =>
    Array.from({ length: app.replicas }, (_, replica) => {
      const name = `${app.name}-${replica}`
      const node = names[(index * 7 + replica * 131) % nodeCount] ?? ''
      if (app.how === 'local') bound.push(boundClaim(name, { kind: 'local' }, [node]))
      return clusterPod(name, {
        node,
        labels: { app: app.name },
        owner: controller(`Deployment/${app.name}`),
        requests: { cpu: 200 + (index % 5) * 100, memory: 2 ** 30 },
        scheduling: schedulingOf(app),
        volumes: app.how === 'local' ? [{ name: 'data', kind: 'persistentVolumeClaim', claim: name }] : [],
      })
    }),
  )
  const budgets = apps
    .filter(({ how }) => how !== 'plain')
    .map(({ name, replicas }) =>
      clusterBudget(name, {
        selector: { matchLabels: { app: name } },
        maxUnavailable: 1,
        status: budgetStatus({
          expectedPods: replicas,
          currentHealthy: replicas,
          desiredHealthy: replicas - 1,
        }),
      }),
    )
  const claims = bound.map(({ claim }) => claim)
  const volumes = bound.map(({ volume }) => volume)
  return {
    cluster: waveSnapshot({ nodes, pods, budgets, claims, volumes }),
    hosts: names.map((name, index) => {
      const p50Ms = (8 + (index % 5)) * 60_000
      return movedHost(name, { estimate: { p50Ms, p90Ms: p50Ms * 1.5, basis: 'assumed' } })
    }),
    options: waveOptions({ maxUnavailable: '1%', order: 'fewest-pods' }),
  }
}

function row(name: string, { cluster, hosts, options }: WaveRequest): string[] {
  const started = process.cpuUsage()
  const plan: WavePlan = planWaves({ cluster, hosts, options })
  const used = process.cpuUsage(started)
  const seconds = (used.user + used.system) / 1e6
  const pods = cluster?.pods?.length ?? 0
  const evictions = plan.waves.reduce((sum, { simulated }) => sum + simulated.evictions, 0)
  const ratio = (is: number, least: number): string => (least === 0 ? '-' : (is / least).toFixed(3))
  return [
    name,
    String(hosts.length),
    String(pods),
    seconds.toFixed(2),
    String(plan.waves.length),
    ratio(plan.waves.length, plan.bounds.waves),
    ratio(plan.estimate.p50Ms, plan.bounds.makespanMs),
    ratio(evictions, pods),
    String(plan.leftOut.length),
    (process.memoryUsage().rss / 2 ** 20).toFixed(0),
  ]
}

const whole = request(count)
printTable([
  [
    'what',
    'nodes',
    'pods',
    'CPU s',
    'waves',
    'x bound',
    'makespan x bound',
    'evictions a pod',
    'left out',
    'RSS MiB',
  ],
  row('1% at a time', whole),
  row('1%, zones one at a time', { ...whole, options: { ...whole.options, zones: 'one-at-a-time' } }),
  row('5% at a time', { ...whole, options: { ...whole.options, maxUnavailable: '5%' } }),
  row('hardly any room, 5%', { ...request(count, 8700), options: waveOptions({ maxUnavailable: '5%' }) }),
  row('canaries, by name', {
    ...whole,
    options: { ...whole.options, order: 'name', canary: { perClass: 2, soakMs: 3_600_000 } },
  }),
])

const ratios = [1, 2, 3, 5].flatMap((maxUnavailable) =>
  fc.sample(anyFleet, { seed: 20_261_121, numRuns: 500 }).flatMap(({ snapshot, hosts }) => {
    const plan = planWaves({ cluster: snapshot, hosts, options: waveOptions({ maxUnavailable }) })
    return plan.waves.length < 2 ? [] : [plan.waves.length / plan.bounds.waves]
  }),
)
const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
const optimal = ratios.filter((ratio) => ratio === 1).length
console.log(
  `${ratios.length} small fleets of any kind: ${mean.toFixed(3)} x the bound of waves on average, ${optimal} at the bound, at most ${Math.max(...ratios).toFixed(2)} x`,
)
