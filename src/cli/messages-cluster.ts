import type { clusterGapReasons, HostMatchFinding } from '../model/cluster.ts'
import type { Text } from '../model/text.ts'

/** Words of `osferry cluster snapshot`. */
export const clusterTexts = {
  cluster: { en: 'Cluster', zh: '集群' },
  nodes: { en: 'Nodes', zh: '节点' },
  ready: { en: 'ready', zh: '就绪' },
  notReady: { en: 'not ready', zh: '未就绪' },
  unknown: { en: 'unknown', zh: '状态未知' },
  unschedulable: { en: 'cordoned', zh: '已封锁' },
  pods: { en: 'Pods', zh: 'Pod' },
  workloads: { en: 'Workloads', zh: '工作负载' },
  budgets: { en: 'Budgets', zh: '中断预算' },
  budgetsClosed: { en: 'blocking evictions now', zh: '当前不允许驱逐' },
  volumes: { en: 'Volumes', zh: '持久卷' },
  hosts: { en: 'Hosts', zh: '主机' },
  matched: { en: 'matched to nodes', zh: '已对应到节点' },
  findings: { en: 'findings', zh: '项问题' },
  noHosts: {
    en: 'not compared: there is neither an inventory nor facts',
    zh: '未比对：既没有主机清单，也没有主机信息',
  },
  nodesUnknown: { en: 'not compared: the nodes could not be read', zh: '未比对：无法读取节点' },
  notRead: { en: 'could not be read', zh: '无法读取' },
  closedBudgets: { en: 'Budgets that allow no eviction now', zh: '当前不允许驱逐的中断预算' },
  budgetColumn: { en: 'BUDGET', zh: '中断预算' },
  podsColumn: { en: 'PODS', zh: 'POD 数' },
  statusMissing: { en: 'no status yet', zh: '尚无状态' },
  unmatched: { en: 'Hosts and nodes that do not match', zh: '无法对应的主机与节点' },
  hereColumn: { en: 'WHAT', zh: '说明' },
  kindColumn: { en: 'KIND', zh: '类别' },
  gaps: { en: 'Not read: unknown, not empty', zh: '未能读取：未知，不等于没有' },
  resourceColumn: { en: 'RESOURCE', zh: '资源' },
  reasonColumn: { en: 'REASON', zh: '原因' },
  messageColumn: { en: 'MESSAGE', zh: '信息' },
  saved: { en: 'Saved:', zh: '已保存：' },
} as const satisfies Record<string, Text>

export const gapWords: Readonly<Record<(typeof clusterGapReasons)[number], Text>> = {
  absent: { en: 'the server does not have it', zh: '服务端不提供' },
  forbidden: { en: 'not allowed', zh: '没有权限' },
  failed: { en: 'the answer is not a list', zh: '应答不是列表' },
  unparsable: { en: 'some objects not understood', zh: '部分对象无法解析' },
  'not-asked': { en: 'an older osferry did not read it', zh: '旧版 osferry 未读取' },
}

export const matchWords: Readonly<Record<HostMatchFinding['key'], Text>> = {
  'host-without-node': { en: 'host without node', zh: '主机没有对应节点' },
  'node-without-host': { en: 'node without host', zh: '节点没有对应主机' },
  'matches-several': { en: 'matches several', zh: '对应不唯一' },
  'machine-id-differs': { en: 'machine id differs', zh: 'machine-id 不一致' },
}
