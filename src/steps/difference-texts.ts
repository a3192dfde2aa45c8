import type { Text } from '../model/text.ts'
import type { DifferenceKind } from './compare-cluster.ts'

/** What is not as it was. */
export const differenceTexts: Readonly<Record<DifferenceKind, Text>> = {
  'node-missing': { en: 'node is gone', zh: '节点已不存在' },
  'node-not-ready': { en: 'node is not Ready', zh: '节点未就绪' },
  'node-cordoned': { en: 'node is cordoned', zh: '节点被封锁' },
  'label-changed': { en: 'label of the node changed', zh: '节点标签已变化' },
  'taint-changed': { en: 'taint of the node is gone', zh: '节点污点已不存在' },
  'workload-missing': { en: 'workload is gone', zh: '工作负载已不存在' },
  'replicas-changed': { en: 'other number of replicas', zh: '副本数已变化' },
  'fewer-ready': { en: 'fewer ready pods', zh: '就绪的 Pod 减少' },
  'images-changed': { en: 'other images', zh: '镜像已变化' },
  'digests-changed': { en: 'same image, other digest', zh: '镜像相同但摘要不同' },
  'pod-missing': { en: 'pod without a controller is gone', zh: '无控制器的 Pod 已不存在' },
  'pod-not-ready': { en: 'pod without a controller is not ready', zh: '无控制器的 Pod 未就绪' },
  'service-missing': { en: 'Service is gone', zh: 'Service 已不存在' },
  'no-endpoints': { en: 'nobody answers for the Service', zh: 'Service 已没有就绪的端点' },
  'fewer-endpoints': { en: 'fewer ready endpoints', zh: '就绪的端点减少' },
  'claim-changed': { en: 'claim is not bound as before', zh: 'PVC 绑定与之前不同' },
  'volume-changed': { en: 'volume is not bound any more', zh: '卷已不再绑定' },
  'attached-to-gone-node': { en: 'attached to a node that is gone', zh: '仍挂接在已不存在的节点上' },
  'volume-without-node': { en: 'no node can use the volume', zh: '没有节点可使用该卷' },
}
