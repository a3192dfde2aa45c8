import { defineNodeCheck, pass } from '../src/model/check.ts'
import { clusterEvidence, podNames, usedNear } from '../src/model/node-evidence.ts'
import { isMoved, nodePodName } from '../src/model/node-view.ts'

/** Pods with emptyDir volumes on disk: their content goes with the pod. */
export const podEmptyDir = defineNodeCheck({
  id: 'pod-empty-dir',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'pods'],
  uses: ['kubelet', 'space'],
  severity: 'medium',
  worstSeverity: { containeros: 'high' },
  title: { en: 'Pods keep data in emptyDir volumes', zh: 'Pod 在 emptyDir 卷中保存数据' },
  what: {
    en: 'An emptyDir lives as long as its pod: an eviction deletes its content. Most of it is scratch, but some programs keep what they cannot make again there. For a reprovision nothing of it can be saved afterwards.',
    zh: 'emptyDir 的生命周期与 Pod 相同，驱逐时内容会被删除。其中多为临时数据，但也有程序存放无法重建的内容；重装系统后这些数据无法找回。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Ask the owners whether the content may go, and say so to the drain (--delete-emptydir-data); what must stay belongs on a PersistentVolume.',
        zh: '与负责人确认内容是否可以丢弃，并在排空时明确指定（--delete-emptydir-data）；需要保留的数据应放在 PersistentVolume 上。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 5 },
  sources: [
    'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
    'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/',
  ],
  evaluate({ node, kubelet, space }, { target }) {
    const found = node.pods.flatMap((pod) => {
      const volumes = pod.volumes.filter(({ kind, medium }) => kind === 'emptyDir' && medium !== 'Memory')
      return isMoved(pod) && volumes.length > 0 ? [{ pod, volumes }] : []
    })
    if (found.length === 0) return pass
    const used = kubelet === undefined ? '' : usedNear(space, kubelet.rootDir)
    const names = podNames(found.map(({ pod }) => pod))
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'high' : 'medium',
      here: {
        en: `Content deleted by an eviction: ${names}.${used === '' ? '' : ` Kubelet directory: ${used}.`}`,
        zh: `驱逐时会删除以下 Pod 的 emptyDir 内容：${names}。${used === '' ? '' : `kubelet 目录：${used}。`}`,
      },
      evidence: clusterEvidence(
        found.map(({ pod, volumes }) => `${nodePodName(pod)}: ${volumes.map(({ name }) => name).join(', ')}`),
      ),
    }
  },
})
