import { nameSome } from '../model/excerpt.ts'
import { counted, type Text } from '../model/text.ts'
import type { PlanBudget } from './world.ts'

/** Why a host is in no wave. */
export type Obstacle =
  | { kind: 'no-snapshot' }
  | { kind: 'unread'; lists: readonly string[] }
  | { kind: 'no-node'; node: string }
  | { kind: 'same-node'; node: string; host: string }
  | { kind: 'not-ready'; node: string }
  | { kind: 'skipped' }
  | { kind: 'etcd-elsewhere' }
  | { kind: 'control-plane-away'; nodes: readonly string[] }
  | { kind: 'quorum'; members: number; unhealthy: number; disk: 'kept' | 'wiped' }
  | { kind: 'away-already'; nodes: readonly string[]; limit: number }
  | { kind: 'two-budgets'; pod: string; budgets: readonly string[] }
  | { kind: 'budget-zero'; budget: PlanBudget; pods: readonly string[] }
  | { kind: 'budget-unknown'; budget: PlanBudget; pods: readonly string[] }
  | { kind: 'budget-pinned'; budget: PlanBudget; pods: readonly string[] }
  | { kind: 'no-room'; pods: readonly string[] }

type Words = { [K in Obstacle['kind']]: (obstacle: Extract<Obstacle, { kind: K }>) => Text }

const words: Words = {
  'no-snapshot': () => ({
    en: 'It is a node of a cluster, and there is no snapshot of the cluster: take one with `osferry cluster snapshot`.',
    zh: '它是集群节点，但没有集群快照：请先运行 `osferry cluster snapshot`。',
  }),
  unread: ({ lists }) => ({
    en: `The snapshot of the cluster has no ${lists.join(', ')}: what the node’s pods need cannot be told. Take a new one with an account that may read them.`,
    zh: `集群快照中缺少 ${lists.join('、')}：无法判断该节点上 Pod 的需求。请使用有读取权限的账号重新采集。`,
  }),
  'no-node': ({ node }) => ({
    en: `The snapshot of the cluster has no node ${node}: take a new one.`,
    zh: `集群快照中没有节点 ${node}：请重新采集。`,
  }),
  'same-node': ({ node, host }) => ({
    en: `It is the node ${node}, as is the host ${host}: keep one of both in the inventory.`,
    zh: `它与主机 ${host} 对应同一节点 ${node}：请在清单中只保留其一。`,
  }),
  'not-ready': ({ node }) => ({
    en: `The node ${node} is not ready: its kubelet would not end the pods that are drained. Bring it back first, or replace it as a dead node.`,
    zh: `节点 ${node} 未就绪：其 kubelet 无法终止被驱逐的 Pod。请先恢复该节点，或按失效节点处理。`,
  }),
  skipped: () => ({
    en: 'It is a control plane node, and those are left out as asked.',
    zh: '它是控制平面节点，已按要求跳过。',
  }),
  'etcd-elsewhere': () => ({
    en: 'An etcd member runs here that the cluster does not show as a static pod: how many members there are and whether they are well is not known. Move this host by hand, one member at a time.',
    zh: '本机运行的 etcd 成员在集群中不是静态 Pod：成员数量与健康状况未知。请逐个成员手工迁移该主机。',
  }),
  'control-plane-away': ({ nodes }) => ({
    en: `Other control plane nodes are not ready: ${nameSome(nodes)}. Bring them back first.`,
    zh: `其他控制平面节点未就绪：${nameSome(nodes)}。请先恢复它们。`,
  }),
  quorum: ({ members, unhealthy, disk }) => ({
    en: `etcd has ${counted(members, 'member')}, ${unhealthy} of the others not ready: ${disk === 'wiped' ? 'removing this one' : 'without this one'} there is no majority. Bring the others back, or add members until three are healthy${members === 1 && disk === 'kept' ? ', or accept that the API server stands still while it is away' : ''}.`,
    zh: `etcd 共 ${members} 个成员，其他成员中 ${unhealthy} 个未就绪：${disk === 'wiped' ? '移除' : '缺少'}本成员后无法形成多数。请恢复其他成员，或新增成员至三个健康成员${members === 1 && disk === 'kept' ? '，或接受其离线期间 API server 停止服务' : ''}。`,
  }),
  'away-already': ({ nodes, limit }) => ({
    en: `At most ${limit} may be away at a time, and ${counted(nodes.length, 'node')} ${nodes.length === 1 ? 'is' : 'are'} cordoned or not ready already: ${nameSome(nodes)}. Bring them back, or allow more.`,
    zh: `最多允许 ${limit} 个节点同时不可用，而已有 ${nodes.length} 个节点被封锁或未就绪：${nameSome(nodes)}。请先恢复它们，或提高上限。`,
  }),
  'two-budgets': ({ pod, budgets }) => ({
    en: `The pod ${pod} has more than one budget (${nameSome(budgets)}): the server refuses every eviction of it. Leave it with one.`,
    zh: `Pod ${pod} 受多个中断预算约束（${nameSome(budgets)}）：API server 会拒绝驱逐。请只保留一个预算。`,
  }),
  'budget-zero': ({ budget: { key, rule }, pods }) => ({
    en: `The budget ${key} (${rule}) lets no pod go even when all are well; ${counted(pods.length, 'pod')} here: ${nameSome(pods)}. Run one replica more, or set maxUnavailable to 1 for the time of the move.`,
    zh: `中断预算 ${key}（${rule}）即使全部健康也不允许驱逐任何 Pod；本节点有 ${pods.length} 个：${nameSome(pods)}。请增加一个副本，或在迁移期间将 maxUnavailable 设为 1。`,
  }),
  'budget-unknown': ({ budget: { key, rule }, pods }) => ({
    en: `What the budget ${key} (${rule}) allows is not known, as its status is missing or old, and ${counted(pods.length, 'pod')} of it cannot run elsewhere while the node is away: ${nameSome(pods)}. Wait until its status is written, and take a new snapshot.`,
    zh: `中断预算 ${key}（${rule}）的状态缺失或过时，允许的数量未知；节点离线期间有 ${pods.length} 个 Pod 无法在别处运行：${nameSome(pods)}。请等待其状态更新后重新采集快照。`,
  }),
  'budget-pinned': ({ budget: { key, rule, allowed }, pods }) => ({
    en: `The budget ${key} (${rule}) lets ${allowed ?? 0} go, and ${counted(pods.length, 'pod')} of it cannot run elsewhere while the node is away: ${nameSome(pods)}. Move their data off the node, or let the owner allow ${pods.length}.`,
    zh: `中断预算 ${key}（${rule}）最多允许 ${allowed ?? 0} 个 Pod 离开，而节点离线期间有 ${pods.length} 个 Pod 无法在别处运行：${nameSome(pods)}。请先迁走其数据，或由负责人允许 ${pods.length} 个。`,
  }),
  'no-room': ({ pods }) => ({
    en: `There is no room elsewhere for ${counted(pods.length, 'pod')}: ${nameSome(pods)}. Add a node that takes them, lower what they ask for, or let them wait until the node is back.`,
    zh: `其他节点没有足够资源容纳 ${pods.length} 个 Pod：${nameSome(pods)}。请增加可调度的节点、降低其资源请求，或允许其等待节点恢复。`,
  }),
}

/** The reason in both languages, with what can be done. */
export function obstacleText(obstacle: Obstacle): Text {
  return (words[obstacle.kind] as (obstacle: Obstacle) => Text)(obstacle)
}
