import type { ApiObject } from './cluster-port.ts'
import type { Text } from './text.ts'

/** What osferry does with a cluster, each with rights of its own. */
export const clusterTasks = ['snapshot', 'drain', 'escalate', 'restore', 'join'] as const
export type ClusterTask = (typeof clusterTasks)[number]

/** Rights on resources of one API group, and what for. */
export interface AccessRow {
  tasks: readonly ClusterTask[]
  /** '' is the core group. */
  group: string
  /** Plural names, with a subresource where it is one: `pods/eviction`. */
  resources: readonly string[]
  /** Only objects of these names. */
  names?: readonly string[]
  /** Only there; everywhere when left out. */
  namespace?: string
  verbs: readonly string[]
  /** Everything else is done without it. */
  optional?: true
  why: Text
}

const all = ['snapshot', 'drain', 'restore'] as const
const read = ['get', 'list', 'watch'] as const
const pinning: Text = { en: 'volumes that pin a pod to its node', zh: '找出将 Pod 固定在节点上的卷' }
const answering: Text = { en: 'where each Service is answered', zh: '确定各 Service 由哪些节点提供服务' }
const state: Text = { en: 'the state before, and the proof after', zh: '记录迁移前的状态，并在迁移后核对' }

/**
 * Every right that osferry asks for; the ClusterRole of the docs and the preflight are made from it. No Secret and no
 * ConfigMap is read. Source of verbs: https://kubernetes.io/docs/reference/access-authn-authz/authorization/
 */
export const clusterAccess: readonly AccessRow[] = [
  { tasks: all, group: '', resources: ['nodes', 'pods'], verbs: read, why: state },
  {
    tasks: ['drain', 'restore'],
    group: '',
    resources: ['namespaces'],
    names: ['kube-system'],
    verbs: ['get'],
    why: { en: 'tell one cluster from another', zh: '识别集群身份' },
  },
  {
    tasks: all,
    group: '',
    resources: ['persistentvolumes'],
    verbs: read,
    why: pinning,
  },
  {
    tasks: ['snapshot'],
    group: '',
    resources: ['persistentvolumeclaims'],
    verbs: read,
    why: pinning,
  },
  {
    tasks: all,
    group: 'apps',
    resources: ['daemonsets'],
    verbs: read,
    why: { en: 'pods that every node has of its own', zh: '识别每个节点自有的 Pod' },
  },
  {
    tasks: ['snapshot', 'drain'],
    group: 'apps',
    resources: ['deployments', 'statefulsets', 'replicasets'],
    verbs: read,
    why: state,
  },
  { tasks: ['snapshot'], group: 'batch', resources: ['jobs', 'cronjobs'], verbs: read, why: state },
  {
    tasks: ['snapshot', 'drain'],
    group: 'policy',
    resources: ['poddisruptionbudgets'],
    verbs: read,
    why: { en: 'how many pods of a workload may be away at once', zh: '确定工作负载可同时中断的 Pod 数量' },
  },
  {
    tasks: ['drain'],
    group: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    optional: true,
    why: {
      en: 'tell what an autoscaler has scaled down from what people have',
      zh: '区分自动扩缩容与人为缩容',
    },
  },
  {
    tasks: ['snapshot', 'drain'],
    group: 'storage.k8s.io',
    resources: ['volumeattachments'],
    verbs: read,
    why: { en: 'wait until volumes are detached from the node', zh: '等待卷从节点分离' },
  },
  {
    tasks: ['snapshot'],
    group: 'storage.k8s.io',
    resources: ['storageclasses', 'csidrivers'],
    verbs: read,
    why: state,
  },
  { tasks: ['snapshot'], group: 'node.k8s.io', resources: ['runtimeclasses'], verbs: read, why: state },
  {
    tasks: ['snapshot'],
    group: 'scheduling.k8s.io',
    resources: ['priorityclasses'],
    verbs: read,
    why: state,
  },
  {
    tasks: ['snapshot'],
    group: 'apiextensions.k8s.io',
    resources: ['customresourcedefinitions'],
    verbs: read,
    why: state,
  },
  {
    tasks: ['snapshot'],
    group: 'admissionregistration.k8s.io',
    resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    verbs: read,
    why: {
      en: 'webhooks that stop everything when their pods move',
      zh: '找出随 Pod 迁移而阻断请求的 webhook',
    },
  },
  {
    tasks: ['snapshot'],
    group: '',
    resources: ['services'],
    verbs: read,
    why: answering,
  },
  {
    tasks: ['snapshot'],
    group: 'discovery.k8s.io',
    resources: ['endpointslices'],
    verbs: read,
    why: answering,
  },
  {
    tasks: all,
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: read,
    why: {
      en: 'when each kubelet was last heard of, and who else is at work',
      zh: '节点心跳时间，以及是否有他人正在操作',
    },
  },
  {
    tasks: ['drain', 'restore'],
    group: '',
    resources: ['nodes'],
    verbs: ['patch'],
    why: { en: 'cordon and uncordon, with the mark of who did it', zh: '封锁与解除封锁节点，并标记操作者' },
  },
  {
    tasks: ['drain'],
    group: '',
    resources: ['pods/eviction'],
    verbs: ['create'],
    why: { en: 'move pods, within their budgets', zh: '在中断预算内驱逐 Pod' },
  },
  {
    tasks: ['drain', 'restore'],
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: ['create', 'patch'],
    why: { en: 'one operator at a time', zh: '保证同一时间只有一个操作者' },
  },
  {
    tasks: ['drain', 'restore'],
    group: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create'],
    optional: true,
    why: { en: 'say on the node what happens to it', zh: '在节点上记录事件' },
  },
  {
    tasks: ['escalate'],
    group: '',
    resources: ['pods'],
    verbs: ['delete'],
    optional: true,
    why: {
      en: 'Delete rules and --escalate: pods that go past their budgets',
      zh: 'Delete 规则与 --escalate：绕过中断预算删除 Pod',
    },
  },
  {
    tasks: ['drain', 'restore'],
    group: '',
    resources: ['pods'],
    verbs: ['create'],
    why: { en: 'create again pods that no controller creates', zh: '重新创建没有控制器的 Pod' },
  },
  {
    tasks: ['restore'],
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests'],
    verbs: read,
    why: { en: 'find the requests of the node that comes back', zh: '查找重装节点的证书请求' },
  },
  {
    tasks: ['restore'],
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests/approval'],
    verbs: ['patch'],
    why: { en: 'approve the certificates of that node only', zh: '仅批准该节点的证书' },
  },
  {
    tasks: ['restore'],
    group: 'certificates.k8s.io',
    resources: ['signers'],
    names: ['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving'],
    verbs: ['approve'],
    why: { en: 'the two kinds of certificates that a kubelet has', zh: 'kubelet 使用的两类证书' },
  },
  {
    tasks: ['join'],
    group: '',
    resources: ['secrets'],
    namespace: 'kube-system',
    verbs: ['create', 'delete'],
    optional: true,
    why: {
      en: 'mintToken: bootstrap tokens of single nodes; none is read',
      zh: 'mintToken：各节点的引导令牌；不读取任何 Secret',
    },
  },
]

/** One right. */
export interface AccessRight {
  tasks: readonly ClusterTask[]
  group: string
  resource: string
  /** Of one object; undefined = of all. */
  name: string | undefined
  /** Undefined = in all of them. */
  namespace: string | undefined
  verb: string
  optional: boolean
}

/** The rows taken apart: one entry a resource and verb, each once. */
export function accessRights(): AccessRight[] {
  const rights = clusterAccess.flatMap(
    ({ tasks, group, resources, names = [undefined], namespace, verbs, optional = false }) =>
      resources.flatMap((resource) =>
        names.flatMap((name) =>
          verbs.map((verb) => ({ tasks, group, resource, name, namespace, verb, optional })),
        ),
      ),
  )
  const byName = Map.groupBy(rights, accessName)
  return [...byName.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const asking = new Set([first, ...more].flatMap(({ tasks }) => tasks))
    return { ...first, tasks: clusterTasks.filter((task) => asking.has(task)) }
  })
}

/** A right in the words of `kubectl auth can-i`: `create pods/eviction`, `list jobs.batch`, `delete secrets -n kube-system`. */
export function accessName({
  group,
  resource,
  name: object,
  namespace,
  verb,
}: Omit<AccessRight, 'tasks' | 'optional'>): string {
  const [name = '', subresource] = resource.split('/')
  const qualified = group === '' ? name : `${name}.${group}`
  const of = subresource ?? object
  const where = namespace === undefined ? '' : ` -n ${namespace}`
  return `${verb} ${qualified}${of === undefined ? '' : `/${of}`}${where}`
}

/** What asks the server whether the login has a right. */
export function accessReview({ group, resource: path, name, namespace, verb }: AccessRight): ApiObject {
  const [resource = '', subresource] = path.split('/')
  const resourceAttributes = {
    group,
    resource,
    verb,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  }
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
}
