import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Release } from '../support/control-plane/releases.ts'
import { bin } from '../support/osferry.ts'
import {
  isReady,
  oneAtATime,
  startBenchCluster,
  until,
  workload,
  type BenchCluster,
  type Pair,
} from './drain-cluster.ts'
import { observe, type Observer } from './drain-observer.ts'
import { findKubectl } from './kubectl.ts'
import { measure, median, printTable, ratio } from './measure.ts'

/**
 * osferry drain against kubectl drain on one real API server: the same pods go from node to node and back, in turn. Requests
 * are counted in the server's audit log. `node test/bench/drain.ts [--release newest] [--rounds 3] [--scenes free,tight,brisk,many]`.
 */
const { values } = parseArgs({
  options: {
    release: { type: 'string', default: 'oldest,newest' },
    rounds: { type: 'string', default: '3' },
    scenes: { type: 'string', default: 'free,tight,brisk,many' },
  },
})
const rounds = Number(values.rounds)
const kubectl = await findKubectl()

interface Scene {
  pairs: readonly Pair[]
  /** Pods that have to go. */
  pods: number
  times: { startMs: number; stopMs: number }
  hasStaticPods: boolean
  fill(cluster: BenchCluster): Promise<void>
}

interface Sample {
  wallMs: number
  cpuMs: number
  peakMiB: number
  requests: number
  refused: number
  slowestPodMs: number
  /** From the first deletion to the end of the last pod. */
  evictingMs: number
  /** The same without the time in which a disruption was free and nobody took it. */
  boundMs: number
}

const scenes: Readonly<Record<string, Scene>> = {
  /** Nothing holds the pods back: how fast is the client? */
  free: {
    pairs: [pair('free')],
    pods: 100,
    times: { startMs: 50, stopMs: 5000 },
    hasStaticPods: true,
    async fill(cluster) {
      for (let index = 0; index < 8; index += 1)
        await cluster.create(
          '/apis/apps/v1/namespaces/default/daemonsets',
          workload(`agent-${index}`, 'free'),
        )
      await cluster.create('/apis/apps/v1/namespaces/default/deployments', workload('web', 'free', 100))
    },
  },
  /** Ten budgets, each lets one pod of its ten go: how well are they used? Pods take as long as real ones do. */
  tight: tenBudgets('tight', { startMs: 10_000, stopMs: 10_000 }),
  /** The same with pods that are so quick that every answer of the server counts, too. */
  brisk: tenBudgets('brisk', { startMs: 1000, stopMs: 1000 }),
  /** Twenty nodes, each with a budget of its own: does it take longer than one? */
  many: {
    pairs: Array.from({ length: 20 }, (_, index) => pair(`many-${index}`)),
    pods: 100,
    times: { startMs: 1000, stopMs: 1000 },
    hasStaticPods: false,
    fill: async (cluster) =>
      await fillWithBudgets(cluster, 20, { replicas: 5, label: (index) => `many-${index}` }),
  },
}

for (const release of values.release.split(',')) {
  for (const name of values.scenes.split(',')) {
    const scene = scenes[name]
    if (scene === undefined) throw new Error(`no scene ${name}: ${Object.keys(scenes).join(', ')}`)
    await compare(name, scene, release as Release)
  }
}

function tenBudgets(label: string, times: Scene['times']): Scene {
  return {
    pairs: [pair(label)],
    pods: 100,
    times,
    hasStaticPods: false,
    fill: async (cluster) => await fillWithBudgets(cluster, 10, { replicas: 10, label: () => label }),
  }
}

function pair(label: string): Pair {
  return { label, nodes: [`${label}-a`, `${label}-b`] }
}

async function fillWithBudgets(
  cluster: BenchCluster,
  count: number,
  { replicas, label }: { replicas: number; label: (index: number) => string },
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const name = `set-${index}`
    await cluster.create(
      `/apis/policy/${cluster.policy}/namespaces/default/poddisruptionbudgets`,
      oneAtATime(name),
    )
    await cluster.create(
      '/apis/apps/v1/namespaces/default/deployments',
      workload(name, label(index), replicas),
    )
  }
}

async function compare(name: string, scene: Scene, release: Release): Promise<void> {
  const cluster = await startBenchCluster(release)
  const observer = observe(cluster.api, cluster.policy)
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-bench-drain-'))
  try {
    const staticPod = (index: number): object => ({
      metadata: { name: `static-${index}`, namespace: 'kube-system' },
      spec: { containers: [{ name: 'main', image: 'fake' }] },
    })
    const nodes = scene.pairs.flatMap(({ label, nodes }) =>
      nodes.map((node) => ({
        name: node,
        labels: { bench: label },
        staticPods: scene.hasStaticPods ? ([staticPod(1), staticPod(2)] as never[]) : [],
      })),
    )
    await cluster.addNodes(nodes, scene.times)
    const [first, second] = [0, 1].map((side) => scene.pairs.map(({ nodes }) => nodes[side as 0 | 1]))
    await cluster.setUnschedulable(second ?? [], true)
    await scene.fill(cluster)
    await settled(cluster, scene, first ?? [])
    const samples = { osferry: [] as Sample[], kubectl: [] as Sample[] }
    let [from, to] = [first ?? [], second ?? []]
    for (let round = 0; round < rounds; round += 1) {
      for (const tool of ['osferry', 'kubectl'] as const) {
        await cluster.setUnschedulable(to, false)
        samples[tool].push(await run(tool, from, { cluster, observer, cwd }))
        await settled(cluster, scene, to)
        ;[from, to] = [to, from]
      }
    }
    show(name, samples, { scene, cluster })
  } finally {
    await observer.stop()
    await cluster.stop()
    fs.rmSync(cwd, { recursive: true })
  }
}

/** All pods are ready on these nodes and nothing ends any more. */
async function settled(cluster: BenchCluster, scene: Scene, nodes: readonly string[]): Promise<void> {
  const names = new Set(nodes)
  await until('pods ready and at their place', async () => {
    const pods = (await cluster.pods('?labelSelector=app')).filter(
      ({ metadata }) => !metadata.name.startsWith('agent-'),
    )
    return pods.length === scene.pods && pods.every((pod) => isReady(pod) && names.has(pod['spec'].nodeName))
  })
  await until('budgets that are up to date', async () => {
    const list = await cluster.api.request('GET', `/apis/policy/${cluster.policy}/poddisruptionbudgets`)
    return (list['items'] as { status: { disruptionsAllowed?: number } }[]).every(
      ({ status }) => status.disruptionsAllowed === 1,
    )
  })
}

async function run(
  tool: 'osferry' | 'kubectl',
  nodes: readonly string[],
  { cluster, observer, cwd }: { cluster: BenchCluster; observer: Observer; cwd: string },
): Promise<Sample> {
  const user = `${tool}-${process.hrtime.bigint()}`
  const env = {
    KUBECONFIG: cluster.controlPlane.kubeconfigFor({ user, groups: ['system:masters'] }),
    HOME: cwd,
  }
  const argv = {
    osferry: [process.execPath, bin, 'drain', ...nodes, '--max-nodes', String(nodes.length), '--yes'],
    kubectl: [kubectl.path, 'drain', ...nodes, '--ignore-daemonsets'],
  }[tool]
  const startedMs = performance.now()
  const { wallMs, cpuMs, peakMiB, exitCode } = await measure(argv, { cwd, env })
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode}`)
  // The last watches are written into the audit log when they end.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const requests = cluster.requestsOf(user)
  const { slowestPodMs, firstDeletionMs, lastEndMs, idleMs } = observer.observed(startedMs)
  const evictingMs = lastEndMs - firstDeletionMs
  const refused = requests.filter(({ status }) => status === 429).length
  return {
    wallMs,
    cpuMs,
    peakMiB,
    refused,
    slowestPodMs,
    evictingMs,
    requests: requests.length,
    boundMs: evictingMs - idleMs,
  }
}

function show(
  name: string,
  samples: Readonly<Record<'osferry' | 'kubectl', readonly Sample[]>>,
  { scene, cluster }: { scene: Scene; cluster: BenchCluster },
): void {
  const of = (tool: 'osferry' | 'kubectl', key: keyof Sample): number =>
    median(samples[tool].map((sample) => sample[key]))
  const seconds = (ms: number): string => (ms / 1000).toFixed(2)
  console.log(
    `\n${name}: ${scene.pods} pods on ${scene.pairs.length} node(s), Kubernetes ${cluster.controlPlane.version}, kubectl ${kubectl.version}`,
  )
  printTable([
    [
      'tool',
      'wall s',
      'slowest pod s',
      'wall - 1.1 x slowest s',
      'evicting s',
      'x bound',
      'requests',
      '429',
      'CPU s',
      'peak MiB',
    ],
    ...(['osferry', 'kubectl'] as const).map((tool) => [
      tool,
      seconds(of(tool, 'wallMs')),
      seconds(of(tool, 'slowestPodMs')),
      seconds(of(tool, 'wallMs') - 1.1 * of(tool, 'slowestPodMs')),
      seconds(of(tool, 'evictingMs')),
      ratio(of(tool, 'evictingMs'), of(tool, 'boundMs')),
      String(of(tool, 'requests')),
      String(of(tool, 'refused')),
      seconds(of(tool, 'cpuMs')),
      of(tool, 'peakMiB').toFixed(0),
    ]),
  ])
  console.log(`osferry / kubectl: ${ratio(of('osferry', 'wallMs'), of('kubectl', 'wallMs'))}`)
}
