import type { Text } from '../model/text.ts'
import type { WhyBlocker, WhyCause, WhyPod } from '../steps/why-blockers.ts'
import { noticeTexts } from '../steps/notice-texts.ts'

/** What a blocker is, in a few words. */
export const whyTexts: Readonly<Record<WhyCause, Text>> = {
  'not-ready': {
    en: 'the node is not ready: its kubelet ends no pod',
    zh: '节点未就绪：其 kubelet 无法结束 Pod',
  },
  locked: { en: 'another osferry is at work in this cluster', zh: '另一个 osferry 正在操作此集群' },
  'two-budgets': noticeTexts['two-budgets'].why,
  'budget-zero': noticeTexts['budget-zero'].why,
  'budget-closed': { en: 'its budget lets nobody go just now', zh: '其中断预算暂时为零' },
  'budget-behind': {
    en: "its budget's controller has not counted its pods",
    zh: '中断预算的控制器尚未统计其 Pod',
  },
  'budget-operator': {
    en: 'its operator opens the budget once the node is cordoned',
    zh: '封锁节点后由其 operator 放开中断预算',
  },
  'kubelet-silent': {
    en: 'ending, and nothing is heard of the kubelet of this node',
    zh: '正在结束，但本节点的 kubelet 没有回应',
  },
  finalizers: { en: 'the grace period is over: held by finalizers', zh: '已超过宽限期：被 finalizer 阻挡' },
  'ending-late': { en: 'the grace period is over, and it is still there', zh: '已超过宽限期，但仍然存在' },
  ending: { en: 'ending, within the grace period', zh: '正在结束，尚在宽限期内' },
  volume: {
    en: 'volumes are still attached that no pod here has',
    zh: '仍有卷挂接在节点上，但已无 Pod 使用',
  },
  'do-not-evict': noticeTexts['do-not-evict'].why,
  naked: noticeTexts.naked.why,
  'empty-dir': noticeTexts['empty-dir'].why,
  'local-data': noticeTexts['local-data'].why,
}

const waitFor: Text = { en: 'wait', zh: '等待' }

/** The legal ways forward, the gentlest first. Commands are for the first of many. */
export function waysForward(blocker: WhyBlocker, node: string): Text[] {
  const [pod] = blocker.pods
  const { cause } = blocker
  switch (cause) {
    case 'not-ready':
      return [
        same(`kubectl describe node ${node}`),
        {
          en: `on the node: systemctl status kubelet; journalctl -u kubelet`,
          zh: `在该节点上：systemctl status kubelet；journalctl -u kubelet`,
        },
        {
          en: `when the machine is off for good (1.26 and newer): kubectl taint node ${node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
          zh: `确认机器已永久关机时（1.26 及以上）：kubectl taint node ${node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
        },
      ]
    case 'locked':
      return [
        {
          en: 'wait until it ends; the lease of a run that is no more ends by itself within a minute',
          zh: '等待其结束；若该进程已不存在，其租约会在一分钟内自行失效',
        },
      ]
    case 'two-budgets':
      return [noticeTexts['two-budgets'].way, same(`kubectl get pdb -n ${spaceOf(pod)} -o wide`)]
    case 'budget-zero':
      return [scale(blocker), allowOne(blocker), skip(pod)]
    case 'budget-closed':
      return [...mend(blocker), scale(blocker), skip(pod)]
    case 'budget-behind':
      return [describeBudget(blocker), waitFor]
    case 'budget-operator':
      return [
        {
          en: `drain the node: its cordon makes ${blocker.budget?.operator ?? 'the operator'} act; then wait`,
          zh: `排空该节点：封锁后 ${blocker.budget?.operator ?? 'operator'} 会处理；然后等待`,
        },
        ...mend(blocker),
      ]
    case 'kubelet-silent':
      return [
        {
          en: 'bring the kubelet back: see the node above',
          zh: '恢复该节点的 kubelet：见节点自身的原因',
        },
        {
          en: 'drain with --timeout: the node is given back when it does not come',
          zh: '用 --timeout 排空：kubelet 未恢复则节点恢复原状',
        },
      ]
    case 'finalizers':
      return [
        {
          en: `look at the controller of ${pod?.names.join(', ') ?? ''}: only it may remove its finalizer`,
          zh: `检查 ${pod?.names.join('、') ?? ''} 的控制器：应由它移除 finalizer`,
        },
        describe(pod),
      ]
    case 'ending-late':
      return [
        describe(pod),
        {
          en: 'on the node: what its processes wait for (crictl ps, dmesg: NFS and other hung mounts)',
          zh: '在节点上查看其进程在等待什么（crictl ps、dmesg：NFS 等挂起的挂载）',
        },
      ]
    case 'ending':
      return [
        {
          en: `wait until ${latest(blocker.pods)}`,
          zh: `等待到 ${latest(blocker.pods)}`,
        },
      ]
    case 'volume':
      return waysOfVolume(blocker)
    case 'do-not-evict':
    case 'naked':
    case 'empty-dir':
    case 'local-data':
      return [drainWith(noticeTexts[cause].way), skip(pod)]
    default:
      return cause satisfies never
  }
}

function waysOfVolume({ volumes: [volume] }: WhyBlocker): Text[] {
  if (volume === undefined) return []
  const { attachment, isDetaching } = volume
  const first: Text = isDetaching
    ? {
        en: 'look at the CSI controller of its driver: it has been asked to detach the volume',
        zh: '检查其驱动的 CSI 控制器：已要求它分离该卷',
      }
    : {
        en: 'wait: the attach-detach controller asks for it once the node has unmounted the volume',
        zh: '等待：节点卸载该卷后，attach-detach 控制器会要求分离',
      }
  return attachment === '' ? [first] : [first, same(`kubectl describe volumeattachment ${attachment}`)]
}

function mend({ budget }: WhyBlocker): Text[] {
  const [sick] = budget?.unhealthy ?? []
  if (sick === undefined) return [waitFor]
  const [namespace = '', name = ''] = sick.pod.split('/')
  return [
    {
      en: `make ${sick.pod} ready: kubectl describe pod -n ${namespace} ${name}`,
      zh: `让 ${sick.pod} 就绪：kubectl describe pod -n ${namespace} ${name}`,
    },
  ]
}

function scale({ pods: [pod], budget }: WhyBlocker): Text {
  const replicas = (budget?.expectedPods ?? 0) + 1
  if (pod === undefined || pod.workload === '')
    return { en: 'let its owner have one replica more', zh: '让其所属工作负载增加一个副本' }
  const command = `kubectl scale -n ${spaceOf(pod)} ${pod.workload.toLowerCase().replace('/', ' ')} --replicas=${replicas}`
  return { en: `one replica more: ${command}`, zh: `增加一个副本：${command}` }
}

function allowOne({ budget }: WhyBlocker): Text {
  const name = budget === undefined ? '' : ` -n ${budget.namespace} ${budget.name}`
  return {
    en: `let one go, when its owner agrees (maxUnavailable 1): kubectl edit pdb${name}`,
    zh: `经负责人同意后允许一个中断（maxUnavailable 1）：kubectl edit pdb${name}`,
  }
}

function describeBudget({ budget }: WhyBlocker): Text {
  return same(`kubectl describe pdb -n ${budget?.namespace ?? ''} ${budget?.name ?? ''}`)
}

function describe(pod: WhyPod | undefined): Text {
  const [namespace = '', name = ''] = (pod?.pod ?? '').split('/')
  return same(`kubectl describe pod -n ${namespace} ${name}`)
}

function drainWith({ en, zh }: Text): Text {
  return { en: `drain: ${en}`, zh: `排空时：${zh}` }
}

function skip(pod: WhyPod | undefined): Text {
  const names = `{ namespaces: [${spaceOf(pod)}] }`
  return {
    en: `leave it on the node, or wait for its own end: a rule with match ${names} and behavior Skip or WaitCompleted (--rules)`,
    zh: `留在节点上，或等待其自行结束：规则 match ${names}，behavior 为 Skip 或 WaitCompleted（--rules）`,
  }
}

function latest(pods: readonly WhyPod[]): string {
  const times = pods.flatMap(({ until }) => until ?? []).sort()
  return times.at(-1) ?? ''
}

function spaceOf(pod: WhyPod | undefined): string {
  return pod?.pod.split('/')[0] ?? ''
}

function same(text: string): Text {
  return { en: text, zh: text }
}
