import { defineNodeCheck, pass, unknown } from '../src/model/check.ts'
import { clusterEvidence, gibibytes, podNames } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName, type NodePod, type NodeVolume } from '../src/model/node-view.ts'

/** Pods whose PersistentVolume is on this node, or may be used by no other node that takes pods now. */
export const podLocalVolume = defineNodeCheck({
  id: 'pod-local-volume',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods', 'claims', 'volumes'],
  severity: 'medium',
  worstSeverity: { containeros: 'block' },
  title: { en: 'PersistentVolumes tie pods to this node', zh: 'PersistentVolume 将 Pod 绑定在本节点' },
  what: {
    en: 'The volume names the nodes that may use it, and this is the only one of them that is ready and not cordoned, or the data is on its own disk. The pod stays pending while the node is away; a reprovision that rewrites the disk destroys the data.',
    zh: '该卷限定了可用节点，而其中只有本节点就绪且未封锁，或数据就在本节点的磁盘上。节点离线期间 Pod 会一直 Pending；重装系统改写磁盘会清除数据。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Agree on a window; for a reprovision keep the disk or copy the data, and check afterwards that the node has the same name and labels, as the volume asks for them.',
        zh: '约定窗口；重装时保留数据盘或复制数据，之后核对节点名称与标签是否与卷的要求一致。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 30 },
  sources: [
    'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity',
    'https://kubernetes.io/docs/concepts/storage/volumes/#local',
    'facts: nodes.md 2.8 and 2.12',
  ],
  evaluate({ node }, { target }) {
    const claimed = node.pods
      .filter(isMoved)
      .flatMap((pod) =>
        pod.volumes.filter(({ claim }) => claim !== undefined).map((volume) => ({ pod, volume })),
      )
    const tied = claimed.filter(({ volume }) => isTied(volume))
    if (tied.length > 0) {
      const names = podNames([...new Set(tied.map(({ pod }) => pod))])
      return {
        status: 'fail',
        severity: target === 'containeros' ? 'block' : 'medium',
        here: { en: `Tied to this node: ${names}.`, zh: `绑定在本节点：${names}。` },
        evidence: clusterEvidence(tied.map(lineOf)),
      }
    }
    const lost = claimed.filter(({ volume }) => volume.unresolved === true)
    if (lost.length === 0) return pass
    return unknown(
      'Some claims or their volumes are not in the snapshot, so it is not known where the data is.',
      '部分卷声明或其卷不在快照中，无法确定数据的位置。',
      clusterEvidence(lost.map(lineOf)),
    )
  },
})

function isTied({ kind, onlyHere }: NodeVolume): boolean {
  return kind === 'local' || kind === 'hostPath' || onlyHere === true
}

function lineOf({ pod, volume }: { pod: NodePod; volume: NodeVolume }): string {
  const { claim, kind, path, capacityBytes } = volume
  const size = capacityBytes === undefined ? '' : ` ${gibibytes(capacityBytes)}`
  return `${nodePodName(pod)}: ${claim} ${kind}${path === undefined ? '' : ` ${path}`}${size}`
}
