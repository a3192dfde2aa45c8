import type { LabCluster, LabNode } from './lab-cluster.ts'
import { createLabRandom, type LabRandom } from './lab-random.ts'

/** What a lab fleet is made of. The same options make the same cluster. */
export interface LabFleet {
  nodes: readonly LabNode[]
  /** Pods of all workloads together, about; those of DaemonSets, one a node each, come on top. */
  pods: number
  /** Namespaces that the workloads are spread over. */
  namespaces: number
  /** A StatefulSet of three with a volume each. */
  withVolumes: boolean
  seed: number
}

/** Where the lab's own volumes come from; see `provisioners` of the settings. */
const driver = 'lab.osferry.io'

const words = ['web', 'api', 'cart', 'auth', 'mail', 'queue', 'search', 'report', 'sync', 'cache']

/** Nodes of a lab: names from a pattern, spread over three zones, with the driver of the lab's volumes. */
export function labNodes(names: readonly string[]): LabNode[] {
  return names.map((name, index) => ({
    name,
    labels: { 'topology.kubernetes.io/zone': `zone-${'abc'[index % 3]}` },
    csiDrivers: [driver],
  }))
}

/**
 * Builds a cluster as people have them: Deployments of 1 to 12 replicas, most with a budget, an agent on every node, and a
 * database whose volumes move with its pods. Nothing runs before the cluster's time goes on.
 */
export function buildLabFleet(cluster: LabCluster, fleet: LabFleet): void {
  const random = createLabRandom(fleet.seed)
  for (const node of fleet.nodes) cluster.machines.addNode(node)
  const spaces = Array.from({ length: Math.max(1, fleet.namespaces) }, (_, index) => `shop-${index + 1}`)
  for (const name of spaces) cluster.create('/api/v1/namespaces', { metadata: { name } })
  daemonSet(cluster, 'kube-proxy')
  daemonSet(cluster, 'node-agent')
  const volumes = fleet.withVolumes ? 3 : 0
  if (fleet.withVolumes) database(cluster, spaces[0] ?? 'default')
  let left = fleet.pods - volumes
  for (let index = 0; left > 0; index += 1) {
    const replicas = Math.min(left, 1 + random.number(12))
    const namespace = spaces[index % spaces.length] ?? 'default'
    deployment(cluster, random, { namespace, name: `${words[index % words.length]}-${index + 1}`, replicas })
    left -= replicas
  }
}

function deployment(
  cluster: LabCluster,
  random: LabRandom,
  { namespace, name, replicas }: { namespace: string; name: string; replicas: number },
): void {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
  cluster.create(path, { metadata: { name }, spec: { replicas, ...templateFor(name) } })
  const labels = { matchLabels: { app: name } }
  cluster.create(`/api/v1/namespaces/${namespace}/services`, {
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  })
  // What runs once cannot have a budget that lets anything go.
  if (replicas < 2 || random.number(10) === 0) return
  const spec = replicas > 4 ? { maxUnavailable: '25%' } : { maxUnavailable: 1 }
  cluster.create(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
    metadata: { name },
    spec: { ...spec, selector: labels },
  })
}

function daemonSet(cluster: LabCluster, name: string): void {
  cluster.create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
    metadata: { name },
    spec: templateFor(name, {
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
    }),
  })
}

function database(cluster: LabCluster, namespace: string): void {
  const name = 'db'
  cluster.create('/apis/storage.k8s.io/v1/csidrivers', {
    metadata: { name: driver },
    spec: { attachRequired: true },
  })
  cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'lab' },
    provisioner: driver,
    volumeBindingMode: 'WaitForFirstConsumer',
  })
  cluster.create(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    metadata: { name },
    spec: {
      serviceName: name,
      replicas: 3,
      ...templateFor(name),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'lab',
            resources: { requests: { storage: '10Gi' } },
          },
        },
      ],
    },
  })
  cluster.create(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
    metadata: { name },
    spec: { minAvailable: 2, selector: { matchLabels: { app: name } } },
  })
}

function templateFor(app: string, more: object = {}): object {
  return {
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: {
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'main',
            image: `registry.example.com/${app}:1`,
            resources: { requests: { cpu: '50m', memory: '64Mi' } },
          },
        ],
        ...more,
      },
    },
  }
}
