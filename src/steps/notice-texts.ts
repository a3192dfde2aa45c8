import type { Text } from '../model/text.ts'
import type { NoticeReason } from './drain-preflight.ts'

/** Why a pod stands in the way, and the legal ways forward. */
export const noticeTexts: Readonly<Record<NoticeReason, { why: Text; way: Text }>> = {
  naked: {
    why: { en: 'no controller creates it again', zh: '没有控制器会重新创建它' },
    way: {
      en: '--recreate-naked keeps its manifest; --force-naked lets it go for good',
      zh: '--recreate-naked 保存其清单；--force-naked 直接放弃',
    },
  },
  'empty-dir': {
    why: { en: 'its emptyDir data would be lost', zh: '其 emptyDir 数据会丢失' },
    way: { en: '--delete-emptydir-data', zh: '--delete-emptydir-data' },
  },
  'local-data': {
    why: { en: 'its data are on this node', zh: '其数据位于本节点' },
    way: {
      en: 'move the data first, or --leave-local-data: they stay on the node',
      zh: '先迁移数据，或使用 --leave-local-data：数据留在节点上',
    },
  },
  'undecided-data': {
    why: {
      en: 'it writes on this node where the plan has decided nothing',
      zh: '它写入本节点的目录，而计划未对该目录作出决定',
    },
    way: {
      en: 'collect, take a snapshot and plan again, with a decision for it',
      zh: '重新采集、获取快照并制定计划，对其作出决定',
    },
  },
  'do-not-evict': {
    why: { en: 'it asks not to be evicted', zh: '它要求不被驱逐' },
    way: {
      en: 'ask its owner; then remove the annotation, or name it in a rule of --rules',
      zh: '与其负责人确认后移除注解，或在 --rules 中写明',
    },
  },
  'two-budgets': {
    why: {
      en: 'more than one budget covers it: the server refuses every eviction',
      zh: '有多个中断预算覆盖它，API server 会拒绝驱逐',
    },
    way: { en: 'make the selectors of the budgets disjoint', zh: '让各中断预算的选择器互不重叠' },
  },
  'delete-unnamed': {
    why: {
      en: 'a Delete rule would delete it, past its budgets',
      zh: 'Delete 规则会绕过中断预算将其删除',
    },
    way: {
      en: 'when that is meant: --delete-by-rule NAME, with the name of the rule',
      zh: '若确实如此：使用 --delete-by-rule 并给出规则名称',
    },
  },
  'may-run-twice': {
    why: {
      en: 'its node is not heard of: by force two copies of it may run',
      zh: '其节点失联：强制删除可能导致两个副本同时运行',
    },
    way: {
      en: 'when the machine is off: the taint node.kubernetes.io/out-of-service, or --force-pod with its name',
      zh: '确认机器已关机后：添加污点 node.kubernetes.io/out-of-service，或使用 --force-pod 指定它',
    },
  },
  'grace-past-budget': {
    why: {
      en: 'with this --timeout it would be deleted at once, its budget never asked',
      zh: '在此 --timeout 下会立即被删除，来不及等待中断预算',
    },
    way: { en: 'a longer --timeout or a shorter --grace-period', zh: '加大 --timeout 或缩短 --grace-period' },
  },
  'will-delete': {
    why: { en: 'will be deleted, past its budgets, by the rule', zh: '将按规则绕过中断预算删除' },
    way: { en: 'take the rule away to evict it', zh: '去掉该规则则改为驱逐' },
  },
  'may-delete': {
    why: {
      en: 'will be deleted near the end of --timeout if its budget holds it back until then',
      zh: '若到 --timeout 临近结束时仍受中断预算限制，则会被删除',
    },
    way: { en: 'without --escalate it is left alone', zh: '不使用 --escalate 则不会删除' },
  },
  'budget-zero': {
    why: { en: 'its budget never lets a pod go', zh: '其中断预算不允许任何中断' },
    way: {
      en: 'one replica more, or maxUnavailable 1, or a Skip rule',
      zh: '增加一个副本，或设 maxUnavailable 为 1，或用 Skip 规则',
    },
  },
  'budget-operator': {
    why: {
      en: 'its operator opens the budget after the cordon: will wait',
      zh: '封锁节点后由其 operator 放开预算：将等待',
    },
    way: { en: 'look at the operator when it takes long', zh: '若等待过久请检查该 operator' },
  },
  'budget-closed': {
    why: { en: 'its budget lets nobody go just now: will wait', zh: '其中断预算暂时为零：将等待' },
    way: { en: 'look at its pods that are not ready', zh: '请检查未就绪的 Pod' },
  },
  finalizers: {
    why: { en: 'its finalizers may hold it', zh: '其 finalizer 可能使其无法结束' },
    way: { en: 'look at the controller that owns them', zh: '请检查负责的控制器' },
  },
  'tolerates-cordon': {
    why: {
      en: 'it tolerates the cordon: its controller may bring it back to this node',
      zh: '它容忍节点封锁：其控制器可能让它回到本节点',
    },
    way: {
      en: 'take the toleration away, or keep it off with a node selector',
      zh: '移除该容忍度，或用节点选择器使其避开本节点',
    },
  },
  'other-daemon-set': {
    why: {
      en: 'left alone: its DaemonSet, of another API group, would create it here again at once',
      zh: '不处理：其所属的其他 API 组的 DaemonSet 会立即在此重新创建它',
    },
    way: {
      en: 'nothing to do; take the toleration away to have it evicted',
      zh: '无需处理；若要驱逐它，请移除其对封锁的容忍度',
    },
  },
  'volume-stays': {
    why: {
      en: 'it stays, and its volume stays attached to this machine',
      zh: '它会留在节点上，其卷仍挂载在本机',
    },
    way: {
      en: 'before the machine is installed again, take the pod and the volume off it',
      zh: '重装机器之前，请先移走该 Pod 及其卷',
    },
  },
  'grace-too-long': {
    why: { en: 'it may take longer to end than --timeout allows', zh: '其宽限期不短于 --timeout' },
    way: { en: 'a longer --timeout or a shorter --grace-period', zh: '加大 --timeout 或缩短 --grace-period' },
  },
}
