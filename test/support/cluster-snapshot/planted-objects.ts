import type { TestedRelease } from '../control-plane/releases.ts'
import { canary, canaryAnnotations, podSpec, template } from './planted-pods.ts'

/** One object for an API server: where it is made, what, and the status that a kubelet or driver would write. */
export interface PlantedObject {
  /** Collection, for example `/api/v1/nodes`. */
  path: string
  body: { metadata: { name: string; [field: string]: unknown }; [field: string]: unknown }
  status?: Readonly<Record<string, unknown>>
}

const storage = '/apis/storage.k8s.io/v1'
const inShop = (group: string, resource: string): string => `${group}/namespaces/shop/${resource}`

/** A small cluster with one of every kind that a snapshot reads, and canaries wherever a secret may be. */
export function plantedObjects(release: TestedRelease): readonly PlantedObject[] {
  const policy = release === 'oldest' ? 'policy/v1beta1' : 'policy/v1'
  const batch = release === 'oldest' ? 'batch/v1beta1' : 'batch/v1'
  return [
    { path: '/api/v1/namespaces', body: { metadata: { name: 'shop' } } },
    ...['node-a', 'node-b'].map(node),
    ...secrets,
    ...storageObjects,
    ...apiObjects,
    ...workloads(batch),
    ...services(release),
    {
      path: inShop(`/apis/${policy}`, 'poddisruptionbudgets'),
      body: {
        apiVersion: policy,
        kind: 'PodDisruptionBudget',
        metadata: { name: 'db' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } },
      },
    },
    {
      path: inShop(`/apis/${policy}`, 'poddisruptionbudgets'),
      body: {
        apiVersion: policy,
        kind: 'PodDisruptionBudget',
        metadata: { name: 'nothing' },
        spec: { maxUnavailable: '25%', selector: { matchLabels: { app: 'nothing' } } },
      },
    },
    {
      path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
      body: {
        metadata: { name: 'node-a' },
        spec: {
          holderIdentity: 'node-a',
          leaseDurationSeconds: 40,
          renewTime: '2026-11-21T10:00:00.000000Z',
        },
      },
    },
  ]
}

const machineIds: Readonly<Record<string, string>> = {
  'node-a': '0a'.repeat(16),
  'node-b': '0b'.repeat(16),
}

function node(name: string, index: number): PlantedObject {
  const amounts = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' }
  return {
    path: '/api/v1/nodes',
    body: {
      metadata: {
        name,
        labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${name.slice(-1)}` },
        annotations: { 'example.com/rack': `r${index}`, ...canaryAnnotations },
      },
      spec: {
        podCIDR: `10.244.${index}.0/24`,
        providerID: `example://${name}`,
        taints: [{ key: 'dedicated', value: 'shop', effect: 'PreferNoSchedule' }],
      },
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: `192.0.2.${index + 1}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: `kubelet is posting ready status; password=${canary('condition')}`,
          lastHeartbeatTime: '2026-11-21T10:00:00Z',
          lastTransitionTime: '2026-11-21T09:00:00Z',
        },
      ],
      allocatable: { ...amounts, cpu: '3900m' },
      capacity: amounts,
      nodeInfo: {
        machineID: machineIds[name],
        systemUUID: `${name}-uuid`,
        bootID: `${name}-boot`,
        kernelVersion: '4.18.0-348.el8.x86_64',
        osImage: 'CentOS Linux 8',
        containerRuntimeVersion: 'docker://20.10.7',
        kubeletVersion: 'v1.20.2',
        kubeProxyVersion: 'v1.20.2',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      volumesAttached: [{ name: 'kubernetes.io/csi/disk.example.com^vol-1', devicePath: '/dev/vdb' }],
      volumesInUse: ['kubernetes.io/csi/disk.example.com^vol-1'],
    },
  }
}

const secrets: readonly PlantedObject[] = [
  {
    path: '/api/v1/namespaces/shop/secrets',
    body: { metadata: { name: 'login' }, stringData: { password: canary('secret') } },
  },
  {
    path: '/api/v1/namespaces/shop/configmaps',
    body: { metadata: { name: 'settings' }, data: { 'app.conf': canary('config-map') } },
  },
]

function workloads(batch: string): readonly PlantedObject[] {
  const apps = '/apis/apps/v1'
  return [
    {
      path: inShop(apps, 'deployments'),
      body: {
        metadata: { name: 'web', labels: { app: 'web' }, annotations: canaryAnnotations },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: 'web' } },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
          template: template('web', {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'topology.kubernetes.io/zone',
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: { app: 'web' } },
              },
            ],
          }),
        },
      },
    },
    {
      path: inShop(apps, 'statefulsets'),
      body: {
        metadata: { name: 'db' },
        spec: {
          serviceName: 'db',
          replicas: 1,
          selector: { matchLabels: { app: 'db' } },
          template: template('db', {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    topologyKey: 'kubernetes.io/hostname',
                    labelSelector: { matchLabels: { app: 'db' } },
                  },
                ],
              },
            },
          }),
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: {
                accessModes: ['ReadWriteOnce'],
                storageClassName: 'disk',
                resources: { requests: { storage: '1Gi' } },
              },
            },
          ],
        },
      },
    },
    {
      path: inShop(apps, 'daemonsets'),
      body: {
        metadata: { name: 'agent' },
        spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
      },
    },
    {
      path: inShop(apps, 'replicasets'),
      body: {
        metadata: { name: 'bare' },
        spec: { replicas: 1, selector: { matchLabels: { app: 'bare' } }, template: template('bare') },
      },
    },
    {
      path: inShop('/apis/batch/v1', 'jobs'),
      body: {
        metadata: { name: 'import' },
        spec: { template: template('import', { restartPolicy: 'Never' }) },
      },
    },
    {
      path: inShop(`/apis/${batch}`, 'cronjobs'),
      body: {
        apiVersion: batch,
        kind: 'CronJob',
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 3 * * *',
          suspend: true,
          jobTemplate: { spec: { template: template('nightly', { restartPolicy: 'Never' }) } },
        },
      },
    },
    {
      path: inShop('/api/v1', 'pods'),
      body: {
        metadata: {
          name: 'naked',
          labels: { app: 'naked' },
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', ...canaryAnnotations },
        },
        spec: { ...podSpec('naked'), nodeName: 'node-a', terminationGracePeriodSeconds: 300 },
      },
      status: {
        phase: 'Running',
        podIP: '10.244.0.7',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'main',
            ready: true,
            restartCount: 2,
            image: 'registry.example.com/naked:1',
            imageID: `docker-pullable://registry.example.com/naked@sha256:${'ab'.repeat(32)}`,
            state: { running: { startedAt: '2026-11-21T09:00:00Z' } },
          },
        ],
      },
    },
    {
      path: '/api/v1/namespaces/kube-system/pods',
      body: {
        metadata: {
          name: 'kube-apiserver-node-a',
          annotations: { 'kubernetes.io/config.mirror': 'f00', 'kubernetes.io/config.hash': 'f00' },
        },
        spec: {
          nodeName: 'node-a',
          hostNetwork: true,
          automountServiceAccountToken: false,
          containers: [
            { name: 'main', image: 'registry.example.com/kube-apiserver:1', args: [canary('arg')] },
          ],
          tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
        },
      },
    },
  ]
}

/** One Service for each way to be answered: by pods, by addresses that somebody wrote down, and outside of the cluster. */
function services(release: TestedRelease): readonly PlantedObject[] {
  const discovery = `discovery.k8s.io/${release === 'oldest' ? 'v1beta1' : 'v1'}`
  const ports = [{ port: 443, targetPort: 8443 }]
  return [
    {
      path: inShop('/api/v1', 'services'),
      body: {
        metadata: { name: 'guard', annotations: canaryAnnotations },
        spec: { selector: { app: 'naked' }, ports },
      },
    },
    {
      path: inShop('/api/v1', 'services'),
      body: { metadata: { name: 'written' }, spec: { ports } },
    },
    {
      path: inShop(`/apis/${discovery}`, 'endpointslices'),
      body: {
        apiVersion: discovery,
        kind: 'EndpointSlice',
        metadata: {
          name: 'written-1',
          labels: { 'kubernetes.io/service-name': 'written' },
          annotations: canaryAnnotations,
        },
        addressType: 'IPv4',
        ports: [{ name: '', port: 8443, protocol: 'TCP' }],
        endpoints: [
          { addresses: ['198.51.100.7'], conditions: { ready: true } },
          { addresses: ['198.51.100.8'] },
          { addresses: ['198.51.100.9'], conditions: { ready: false } },
        ],
      },
    },
    {
      path: inShop('/api/v1', 'services'),
      body: { metadata: { name: 'mail' }, spec: { type: 'ExternalName', externalName: 'mail.example.com' } },
    },
  ]
}

const storageObjects: readonly PlantedObject[] = [
  {
    path: `${storage}/storageclasses`,
    body: {
      metadata: {
        name: 'disk',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'disk.example.com',
      parameters: { restuserkey: canary('storage-class') },
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  },
  {
    path: `${storage}/csidrivers`,
    body: { metadata: { name: 'disk.example.com' }, spec: { attachRequired: true } },
  },
  {
    path: '/api/v1/persistentvolumes',
    body: {
      metadata: { name: 'vol-1' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'disk',
        csi: {
          driver: 'disk.example.com',
          volumeHandle: 'vol-1',
          volumeAttributes: { token: canary('volume-attribute') },
        },
      },
    },
  },
  {
    path: '/api/v1/persistentvolumes',
    body: {
      metadata: { name: 'local-1' },
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'local',
        local: { path: '/data/disk1' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-b'] }] },
            ],
          },
        },
      },
    },
  },
  {
    path: `${storage}/volumeattachments`,
    body: {
      metadata: { name: 'attachment-1' },
      spec: { attacher: 'disk.example.com', nodeName: 'node-a', source: { persistentVolumeName: 'vol-1' } },
    },
  },
]

const apiObjects: readonly PlantedObject[] = [
  {
    path: '/apis/node.k8s.io/v1/runtimeclasses',
    body: {
      metadata: { name: 'kata' },
      handler: 'kata',
      overhead: { podFixed: { cpu: '250m', memory: '160Mi' } },
      scheduling: { nodeSelector: { 'example.com/kata': 'true' } },
    },
  },
  {
    path: '/apis/scheduling.k8s.io/v1/priorityclasses',
    body: { metadata: { name: 'important' }, value: 1000 },
  },
  {
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      metadata: { name: 'clonesets.apps.example.com' },
      spec: {
        group: 'apps.example.com',
        scope: 'Namespaced',
        names: { kind: 'CloneSet', plural: 'clonesets', singular: 'cloneset' },
        versions: [
          {
            name: 'v1alpha1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', description: canary('schema') } },
          },
        ],
      },
    },
  },
  {
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    body: {
      metadata: { name: 'guard' },
      webhooks: [
        {
          name: 'guard.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          clientConfig: { service: { namespace: 'shop', name: 'guard', path: '/validate' } },
          rules: [
            {
              operations: ['CREATE'],
              apiGroups: ['apps.example.com'],
              apiVersions: ['*'],
              resources: ['clonesets'],
            },
          ],
        },
      ],
    },
  },
  {
    path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    body: {
      metadata: { name: 'mutate' },
      webhooks: [
        {
          name: 'mutate.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
          clientConfig: { url: 'https://hooks.example.com/mutate' },
          rules: [
            {
              operations: ['UPDATE'],
              apiGroups: ['apps.example.com'],
              apiVersions: ['*'],
              resources: ['clonesets'],
            },
          ],
        },
      ],
    },
  },
]
