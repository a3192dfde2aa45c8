import type { Toleration } from '../model/cluster-parts.ts'
import { groupVersion, labKinds, type LabKind } from './lab-kinds.ts'
import { apiTime, type LabObject } from './lab-object.ts'
import type { LabPodSpec } from './lab-pod.ts'
import type { LabStore } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { invalid } from './lab-status.ts'

type Fields = Record<string, unknown>

const labelName = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)$/
const labelPrefix = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/
const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** What the API server and its admission write into a new object of a kind. */
const defaults: Readonly<Record<string, (object: LabObject, world: LabWorld) => LabObject>> = {
  pods: (object, world) => ({
    ...object,
    spec: podSpec(object.spec as LabPodSpec, world),
    status: { phase: 'Pending', qosClass: 'Burstable' },
  }),
  nodes: (object) => {
    const { taints = [], ...spec } = (object.spec ?? {}) as { taints?: readonly Fields[] }
    // TaintNodesByCondition: nothing is placed on a node before its first sign of life was seen.
    const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
    return { ...object, spec: { ...spec, taints: [...taints, notReady] }, status: object.status ?? {} }
  },
  namespaces: (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  deployments: (object) => withTemplate(object, { replicas: 1, revisionHistoryLimit: 10 }),
  replicasets: (object) => withTemplate(object, { replicas: 1 }),
  statefulsets: (object) => withTemplate(object, { replicas: 1, podManagementPolicy: 'OrderedReady' }),
  daemonsets: (object) => withTemplate(object, { revisionHistoryLimit: 10 }),
  jobs: (object) => withTemplate(object, { parallelism: 1, completions: 1, backoffLimit: 6 }),
  cronjobs: (object) => withSpec(object, { suspend: false, concurrencyPolicy: 'Allow' }),
  persistentvolumes: (object) => ({
    ...withSpec(object, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
    status: { phase: 'Pending' },
  }),
  persistentvolumeclaims: (object, { store }) => ({
    ...withSpec(object, { volumeMode: 'Filesystem', ...defaultClass(store) }),
    status: { phase: 'Pending' },
  }),
  poddisruptionbudgets: (object) => ({
    ...object,
    spec: object.spec ?? {},
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  services: (object, { random }) => {
    const address = `10.96.${random.number(256)}.${1 + random.number(254)}`
    const { ports = [], ...spec } = (object.spec ?? {}) as { ports?: readonly Fields[] }
    return withSpec(
      {
        ...object,
        spec: {
          ...spec,
          ports: ports.map((port) => ({ protocol: 'TCP', targetPort: port['port'], ...port })),
        },
        status: { loadBalancer: {} },
      },
      { type: 'ClusterIP', clusterIP: address, clusterIPs: [address], sessionAffinity: 'None' },
    )
  },
  volumeattachments: (object) => ({ ...object, status: { attached: false } }),
  storageclasses: (object) => ({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', ...object }),
  customresourcedefinitions: (object, { timers }) => ({
    ...object,
    status: established(object, apiTime(timers.nowMs())),
  }),
  certificatesigningrequests: (object) => ({ ...object, status: {} }),
  csidrivers: (object) => withSpec(object, { attachRequired: true, podInfoOnMount: false }),
}

/** A new object as the API server would keep it; throws for what it would not. */
export function admitted(kind: LabKind, object: LabObject, world: LabWorld): LabObject {
  checkObject(kind, object)
  const complete = kind.isCustom === true ? undefined : defaults[kind.resource]
  return normal(kind, complete?.(object, world) ?? object)
}

/** Names and labels that the API server takes. */
export function checkObject(kind: LabKind, { metadata, spec }: LabObject): void {
  const { name, labels = {} } = metadata
  const wrong = (field: string, message: string): never => {
    throw invalid(kind, name, { field, message })
  }
  if (kind.group !== labKinds.roles.group && !objectName.test(name))
    wrong('metadata.name', `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain is needed`)
  for (const [key, value] of Object.entries(labels)) {
    const slash = key.indexOf('/')
    const [prefix, word] = [key.slice(0, Math.max(0, slash)), key.slice(slash + 1)]
    if (!labelName.test(word) || (slash !== -1 && !labelPrefix.test(prefix)))
      wrong(
        'metadata.labels',
        `Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters`,
      )
    if (typeof value !== 'string' || (value !== '' && !labelName.test(value)))
      wrong('metadata.labels', `Invalid value: ${JSON.stringify(value)}: a valid label is needed`)
  }
  if (kind === labKinds.pods) {
    const { containers } = (spec ?? {}) as Partial<LabPodSpec>
    if (!Array.isArray(containers) || containers.length === 0) wrong('spec.containers', 'Required value')
  }
}

/** Without what the API server leaves out of its JSON: empty lists and maps of metadata, and false flags of nodes. */
export function normal(kind: LabKind, object: LabObject): LabObject {
  const metadata = { ...object.metadata }
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const)
    if (metadata[field] !== undefined && Object.keys(metadata[field]).length === 0) delete metadata[field]
  // The server's JSON has maps in the order of their keys.
  for (const field of ['labels', 'annotations'] as const)
    if (metadata[field] !== undefined) metadata[field] = sorted(metadata[field])
  const made = { ...object, apiVersion: groupVersion(kind), kind: kind.kind, metadata }
  if (kind !== labKinds.nodes) return made
  const spec = { ...(object.spec as Fields | undefined) }
  if (spec['unschedulable'] === false) delete spec['unschedulable']
  if (Array.isArray(spec['taints']) && spec['taints'].length === 0) delete spec['taints']
  return { ...made, spec }
}

/** The same map when it is in order already: what is unchanged stays shared. */
function sorted(map: Record<string, string>): Record<string, string> {
  const keys = Object.keys(map)
  if (keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') <= key)) return map
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Names are taken, and objects stored, in the moment of its creation. */
function established({ spec }: LabObject, lastTransitionTime: string): Fields {
  const { names, versions = [] } = spec as { names: Fields; versions?: readonly Fields[] }
  const condition = (type: string, reason: string, message: string): Fields => ({
    type,
    status: 'True',
    lastTransitionTime,
    reason,
    message,
  })
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: versions.filter(({ storage }) => storage === true).map(({ name }) => name),
  }
}

/** The plugin DefaultStorageClass. */
function defaultClass(store: LabStore): Fields {
  for (const { metadata } of store.all(labKinds.storageClasses))
    if (metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
      return { storageClassName: metadata.name }
  return {}
}

function withSpec(object: LabObject, more: Fields): LabObject {
  return { ...object, spec: { ...more, ...(object.spec as Fields | undefined) } }
}

function withTemplate(object: LabObject, more: Fields): LabObject {
  const made = withSpec(object, more)
  const { template, ...spec } = made.spec as { template?: { spec?: LabPodSpec; metadata?: Fields } }
  if (template === undefined) return made
  return {
    ...made,
    spec: { ...spec, template: { ...template, spec: templateSpec(template.spec ?? { containers: [] }) } },
    status: {},
  }
}

/** Defaults of a pod that stand in templates, too. */
function templateSpec(spec: LabPodSpec): LabPodSpec {
  const containers = (list: LabPodSpec['containers']): LabPodSpec['containers'] =>
    list.map((container) => ({
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: 'IfNotPresent',
      ...container,
    }))
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...spec,
    containers: containers(spec.containers),
    ...(spec.initContainers === undefined ? {} : { initContainers: containers(spec.initContainers) }),
  }
}

/** Plugins of admission: ServiceAccount, Priority and DefaultTolerationSeconds. */
function podSpec(given: LabPodSpec, { random }: LabWorld): LabPodSpec {
  const spec = templateSpec(given)
  const account = spec.serviceAccountName ?? 'default'
  const made: LabPodSpec = {
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    enableServiceLinks: true,
    ...spec,
    serviceAccountName: account,
    serviceAccount: account,
    tolerations: tolerations(spec),
  }
  const hasToken = spec.containers.some(({ volumeMounts = [] }) =>
    volumeMounts.some(({ mountPath }) => mountPath === tokenPath),
  )
  if (spec.automountServiceAccountToken === false || hasToken) return made
  const name = `kube-api-access-${random.letters(5)}`
  const mount = { name, readOnly: true, mountPath: tokenPath }
  return {
    ...made,
    volumes: [...(spec.volumes ?? []), { name, projected: tokenSource }],
    containers: spec.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), mount],
    })),
  }
}

const tokenSource = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ],
}

function tolerations({ tolerations: given = [] }: LabPodSpec): readonly Toleration[] {
  const lost = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
  const added = lost.filter(
    (key) =>
      !given.some(
        (toleration) =>
          (toleration.key ?? '') === '' || (toleration.key === key && toleration.effect !== 'NoSchedule'),
      ),
  )
  return [
    ...given,
    ...added.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
  ]
}
