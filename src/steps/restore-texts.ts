import type { Text } from '../model/text.ts'
import type { RestoreWait } from './restore-node.ts'

/** What a node that comes back waits for. */
export const waitTexts: Readonly<Record<RestoreWait['for'], Text>> = {
  node: { en: 'waits until the node is in the cluster', zh: '等待节点加入集群' },
  ready: { en: 'waits until the node is Ready', zh: '等待节点就绪' },
  heartbeat: {
    en: 'says that it is Ready; waits until its kubelet is heard of, that its lease (last renewed, by its own clock) is renewed',
    zh: '显示就绪；等待其 kubelet 续约（租约及其自身时钟的上次续约时间）',
  },
  pod: { en: 'waits, at most until the time given, for the end of', zh: '等待旧 Pod 结束（至多到所示时间）' },
  'daemon-sets': { en: 'waits for ready pods of DaemonSets', zh: '等待 DaemonSet 的 Pod 就绪' },
}
