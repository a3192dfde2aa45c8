import { spoolPath } from './lab-host.ts'

/** An object, and where it is created. */
export interface LabApplication {
  /** Of the list that it belongs to. */
  path: string
  object: object
}

/** What runs in the cluster of a lab: two services with budgets, an agent on every node, and a relay on every node that keeps data there. */
export function labApplications({ nodes }: { nodes: number }): LabApplication[] {
  return [
    { path: '/api/v1/namespaces', object: { metadata: { name: shop } } },
    // Two on each node: the second may go when the first is ready elsewhere, so its budget holds a drain up for a while.
    ...service('web', { replicas: 2 * nodes, budget: { maxUnavailable: 1 } }),
    ...service('cart', { replicas: Math.min(3, nodes), budget: { minAvailable: Math.min(3, nodes) - 1 } }),
    { path: '/apis/apps/v1/namespaces/kube-system/daemonsets', object: logAgent() },
    { path: `/apis/apps/v1/namespaces/${shop}/deployments`, object: mailRelay(nodes) },
  ]
}

const shop = 'shop'

function service(name: string, { replicas, budget }: { replicas: number; budget: object }): LabApplication[] {
  const labels = { app: name }
  const metadata = { name, namespace: shop, labels }
  const template = {
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: 30,
      containers: [{ ...container(name), volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }] }],
      volumes: [{ name: 'scratch', emptyDir: {} }],
    },
  }
  return [
    {
      path: `/apis/apps/v1/namespaces/${shop}/deployments`,
      object: { metadata, spec: { replicas, selector: { matchLabels: labels }, template } },
    },
    {
      path: `/apis/policy/v1/namespaces/${shop}/poddisruptionbudgets`,
      object: { metadata, spec: { selector: { matchLabels: labels }, ...budget } },
    },
  ]
}

/** Reads what others write: a DaemonSet that writes on its node would do so before parked data could be put back. */
function logAgent(): object {
  const labels = { app: 'log-agent' }
  const mount = { name: 'logs', mountPath: '/var/log', readOnly: true }
  return {
    metadata: { name: 'log-agent', namespace: 'kube-system', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          tolerations: [{ operator: 'Exists' }],
          containers: [{ ...container('log-agent'), volumeMounts: [mount] }],
          volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }],
        },
      },
    },
  }
}

/** One on each node, with a spool of its own there: the pod of a node that is away waits for it. */
function mailRelay(replicas: number): object {
  const labels = { app: 'mail-relay' }
  const apart = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } }
  return {
    metadata: { name: 'mail-relay', namespace: shop, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [apart] } },
          containers: [
            { ...container('mail-relay'), volumeMounts: [{ name: 'spool', mountPath: '/spool' }] },
          ],
          volumes: [{ name: 'spool', hostPath: { path: spoolPath, type: 'DirectoryOrCreate' } }],
        },
      },
    },
  }
}

function container(name: string): object {
  return {
    name,
    image: `registry.lab.example/${name}:1.0`,
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
  }
}
