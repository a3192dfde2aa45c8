import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { planWaves } from '../../src/plan/plan-waves.ts'
import type { MovedHost, WaveOptions, WavePlan, WaveSnapshot } from '../../src/plan/wave-request.ts'
import { clusterNode, clusterPod, controller } from './cluster-fixture.ts'

const minuteMs = 60_000

/** One node at a time, without canaries or rests, unless said otherwise. */
export function waveOptions(more: Partial<WaveOptions> = {}): WaveOptions {
  return {
    maxUnavailable: 1,
    canary: { perClass: 0, soakMs: 0 },
    soakMs: 0,
    zones: 'any',
    order: 'name',
    controlPlane: 'last',
    controlPlaneOutage: 'refuse',
    evictions: { perSecond: 40, replacementMs: 20_000, terminationMs: 5000 },
    ...more,
  }
}

/** A host whose node has its name, and whose move takes ten minutes. */
export function movedHost(name: string, more: Partial<MovedHost> = {}): MovedHost {
  return {
    host: name,
    node: name,
    estimate: { p50Ms: 10 * minuteMs, p90Ms: 15 * minuteMs, basis: 'assumed' },
    disk: 'wiped',
    ...more,
  }
}

/** A snapshot with everything in it; what is left out is empty. */
export function waveSnapshot(parts: Partial<WaveSnapshot>): WaveSnapshot {
  return { nodes: [], pods: [], budgets: [], volumes: [], claims: [], gaps: [], ...parts }
}

/** `n1`, `n2`, ...: workers. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`)
}

/** Pods of `Deployment/NAME`, one on each node that is named, with the label `app=NAME`. */
export function podsOn(app: string, nodes: readonly string[], more: Partial<ClusterPod> = {}): ClusterPod[] {
  return nodes.map((node, index) =>
    clusterPod(`${app}-${index}`, {
      node,
      labels: { app },
      owner: controller(`Deployment/${app}`),
      ...more,
    }),
  )
}

/** Plans all nodes of the snapshot. */
export function planAll(parts: Partial<WaveSnapshot>, more: Partial<WaveOptions> = {}): WavePlan {
  const cluster = waveSnapshot(parts)
  const hosts = (cluster.nodes ?? []).map(({ name }) => movedHost(name))
  return planWaves({ cluster, hosts, options: waveOptions(more) })
}

/** A control plane node, with a member of etcd unless it is said to have none. */
export function controlPlane(
  name: string,
  { etcd = true, ready = true, etcdReady = true } = {},
): { node: ReturnType<typeof clusterNode>; pods: ClusterPod[] } {
  const node = clusterNode(name, {
    labels: { 'kubernetes.io/hostname': name, 'node-role.kubernetes.io/control-plane': '' },
    ...(ready ? {} : { ready: 'not-ready' }),
  })
  const member = clusterPod(`etcd-${name}`, {
    namespace: 'kube-system',
    node: name,
    labels: { component: 'etcd' },
    control: 'mirror',
    owner: null,
    ready: etcdReady,
  })
  return { node, pods: etcd ? [member] : [] }
}

/** Names by wave. */
export function namesOf({ waves }: WavePlan): string[][] {
  return waves.map(({ nodes }) => nodes)
}

/** Everything that is said about a host that was left out, in English. */
export function reasonsOf({ leftOut }: WavePlan, host: string): string {
  const found = leftOut.find((one) => one.host === host)
  return (found?.reasons ?? []).map(({ en }) => en).join('\n')
}

/** All warnings of all waves, in English. */
export function warningsOf({ waves }: WavePlan): string {
  return waves.flatMap(({ simulated }) => simulated.warnings.map(({ en }) => en)).join('\n')
}
