/** One resource of the lab's API. */
export interface LabKind {
  group: string
  version: string
  resource: string
  kind: string
  namespaced: boolean
  subresources: readonly string[]
  /** True when a CustomResourceDefinition has added it. */
  isCustom?: true
}

const inNamespaces = { namespaced: true, subresources: [] } as const
const ofCluster = { namespaced: false, subresources: [] } as const
const core = { group: '', version: 'v1' } as const
const apps = { group: 'apps', version: 'v1', namespaced: true, subresources: ['status'] } as const
const batch = { group: 'batch', version: 'v1', namespaced: true, subresources: ['status'] } as const
const storage = { group: 'storage.k8s.io', version: 'v1', ...ofCluster } as const
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const
const hooks = { group: 'admissionregistration.k8s.io', version: 'v1', ...ofCluster } as const

/** Everything that the lab's API holds from the start: what osferry reads and writes, and what its controllers need for that. */
export const labKinds = {
  configmaps: { ...core, resource: 'configmaps', kind: 'ConfigMap', ...inNamespaces },
  coreEvents: { ...core, resource: 'events', kind: 'Event', ...inNamespaces },
  namespaces: { ...core, resource: 'namespaces', kind: 'Namespace', ...ofCluster, subresources: ['status'] },
  nodes: { ...core, resource: 'nodes', kind: 'Node', ...ofCluster, subresources: ['status'] },
  claims: {
    ...core,
    resource: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    ...inNamespaces,
    subresources: ['status'],
  },
  volumes: {
    ...core,
    resource: 'persistentvolumes',
    kind: 'PersistentVolume',
    ...ofCluster,
    subresources: ['status'],
  },
  pods: { ...core, resource: 'pods', kind: 'Pod', ...inNamespaces, subresources: ['status', 'eviction'] },
  secrets: { ...core, resource: 'secrets', kind: 'Secret', ...inNamespaces },
  serviceAccounts: { ...core, resource: 'serviceaccounts', kind: 'ServiceAccount', ...inNamespaces },
  services: { ...core, resource: 'services', kind: 'Service', ...inNamespaces, subresources: ['status'] },
  daemonSets: { ...apps, resource: 'daemonsets', kind: 'DaemonSet' },
  deployments: { ...apps, resource: 'deployments', kind: 'Deployment' },
  replicaSets: { ...apps, resource: 'replicasets', kind: 'ReplicaSet' },
  statefulSets: { ...apps, resource: 'statefulsets', kind: 'StatefulSet' },
  cronJobs: { ...batch, resource: 'cronjobs', kind: 'CronJob' },
  jobs: { ...batch, resource: 'jobs', kind: 'Job' },
  leases: { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', kind: 'Lease', ...inNamespaces },
  slices: {
    group: 'discovery.k8s.io',
    version: 'v1',
    resource: 'endpointslices',
    kind: 'EndpointSlice',
    ...inNamespaces,
  },
  events: { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', ...inNamespaces },
  autoscalers: {
    group: 'autoscaling',
    version: 'v1',
    resource: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    ...inNamespaces,
  },
  budgets: {
    group: 'policy',
    version: 'v1',
    resource: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    ...inNamespaces,
    subresources: ['status'],
  },
  attachments: {
    ...storage,
    resource: 'volumeattachments',
    kind: 'VolumeAttachment',
    subresources: ['status'],
  },
  csiDrivers: { ...storage, resource: 'csidrivers', kind: 'CSIDriver' },
  csiNodes: { ...storage, resource: 'csinodes', kind: 'CSINode' },
  storageClasses: { ...storage, resource: 'storageclasses', kind: 'StorageClass' },
  runtimeClasses: {
    group: 'node.k8s.io',
    version: 'v1',
    resource: 'runtimeclasses',
    kind: 'RuntimeClass',
    ...ofCluster,
  },
  priorityClasses: {
    group: 'scheduling.k8s.io',
    version: 'v1',
    resource: 'priorityclasses',
    kind: 'PriorityClass',
    ...ofCluster,
  },
  customResources: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    ...ofCluster,
    subresources: ['status'],
  },
  validatingHooks: {
    ...hooks,
    resource: 'validatingwebhookconfigurations',
    kind: 'ValidatingWebhookConfiguration',
  },
  mutatingHooks: {
    ...hooks,
    resource: 'mutatingwebhookconfigurations',
    kind: 'MutatingWebhookConfiguration',
  },
  certificateRequests: {
    group: 'certificates.k8s.io',
    version: 'v1',
    resource: 'certificatesigningrequests',
    kind: 'CertificateSigningRequest',
    ...ofCluster,
    subresources: ['status', 'approval'],
  },
  clusterRoles: { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', ...ofCluster },
  clusterRoleBindings: { ...rbac, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', ...ofCluster },
  roles: { ...rbac, resource: 'roles', kind: 'Role', ...inNamespaces },
  roleBindings: { ...rbac, resource: 'rolebindings', kind: 'RoleBinding', ...inNamespaces },
} as const satisfies Record<string, LabKind>

/** All of them, in the order of the table. */
export const allLabKinds: readonly LabKind[] = Object.values(labKinds)

/** `apps/v1`; of the core group `v1`. */
export function groupVersion({ group, version }: Pick<LabKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** `leases.coordination.k8s.io`, as messages name a resource. */
export function resourceOf({ group, resource }: LabKind): string {
  return group === '' ? resource : `${resource}.${group}`
}
