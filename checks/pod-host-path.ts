import { defineNodeCheck, pass } from '../src/model/check.ts'
import { isHostPathData } from '../src/model/host-path-data.ts'
import { clusterEvidence, podNames, usedNear } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Pods that write to directories of the node: the data stays behind when they move. */
export const podHostPath = defineNodeCheck({
  id: 'pod-host-path',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  uses: ['space'],
  severity: 'medium',
  worstSeverity: { containeros: 'block' },
  title: { en: 'Pods write to directories of the node', zh: 'Pod 写入节点上的目录' },
  what: {
    en: 'A pod that moves finds an empty directory on its new node, while the old data stays here. Installing ContainerOS rewrites the disk, and its root is read-only: the data is gone, and paths outside of /etc and /var cannot be written any more. Pods of DaemonSets are a finding of their own.',
    zh: 'Pod 迁移后在新节点上看到的是空目录，旧数据仍留在本节点。安装 ContainerOS 会改写磁盘，且根文件系统只读：数据会丢失，/etc 与 /var 以外的路径也无法再写入。DaemonSet 的 Pod 另行检查。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Move the data to a PersistentVolume, copy it off the host, or declare it as disposable by a waiver with an owner.',
        zh: '将数据迁到 PersistentVolume 或复制到主机之外，或通过注明负责人的豁免声明其可丢弃。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 30 },
  sources: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    'https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/containeros-overview',
    'facts: nodes.md 2.12',
  ],
  evaluate({ node, space }, { target }) {
    const found = node.pods.flatMap((pod) => {
      const volumes = isMoved(pod) ? pod.volumes.filter(isHostPathData) : []
      return volumes.length > 0 ? [{ pod, volumes }] : []
    })
    if (found.length === 0) return pass
    const names = podNames(found.map(({ pod }) => pod))
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'medium',
      here: {
        en: `Data of these stays on this node: ${names}.`,
        zh: `以下 Pod 的数据会留在本节点：${names}。`,
      },
      evidence: clusterEvidence(
        found.flatMap(({ pod, volumes }) =>
          volumes.map(({ path = '' }) => {
            const used = usedNear(space, path)
            return `${nodePodName(pod)}: ${path}${used === '' ? '' : ` (${used})`}`
          }),
        ),
      ),
    }
  },
})
