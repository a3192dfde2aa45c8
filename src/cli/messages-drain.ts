import type { Text } from '../model/text.ts'
import type { DrainPhase } from '../steps/drain-node.ts'
import type { NodeOutcome } from '../steps/drain-nodes.ts'
import type { PodClass } from '../steps/pod-class.ts'

/** Headings of the numbers of pods in a plan. */
export const classTitles: Readonly<Record<PodClass, Text>> = {
  mirror: { en: 'STATIC', zh: '静态' },
  daemonset: { en: 'DAEMONSET', zh: 'DAEMONSET' },
  terminating: { en: 'ENDING', zh: '正在结束' },
  terminal: { en: 'ENDED', zh: '已结束' },
  unknown: { en: 'NOT KNOWN YET', zh: '待查明' },
  naked: { en: 'NAKED', zh: '无控制器' },
  controlled: { en: 'CONTROLLED', zh: '有控制器' },
}

export const phaseTexts: Readonly<Record<DrainPhase, Text>> = {
  waiting: { en: 'waiting', zh: '等待' },
  cordoning: { en: 'cordoning', zh: '正在封锁' },
  settling: { en: 'waiting for load balancers', zh: '等待负载均衡摘除' },
  evicting: { en: 'evicting', zh: '正在驱逐' },
  detaching: { en: 'waiting for volumes to detach', zh: '等待卷分离' },
  checking: { en: 'checking', zh: '正在核对' },
  drained: { en: 'drained', zh: '已排空' },
  restoring: { en: 'giving it back', zh: '正在恢复原状' },
  failed: { en: 'not drained', zh: '未排空' },
}

export const resultTexts: Readonly<Record<NodeOutcome['result'], Text>> = {
  drained: { en: '✔ drained', zh: '✔ 已排空' },
  restored: { en: '✖ as it was found', zh: '✖ 已恢复原状' },
  left: { en: '✖ could not be given back', zh: '✖ 未能恢复原状' },
  'not-started': { en: '· not begun', zh: '· 未开始' },
}

/** Whose cordon a drain has found. */
export function cordonFoundText({ cordonedBy }: Pick<NodeOutcome, 'cordonedBy'>): Text {
  if (cordonedBy === undefined)
    return { en: 'it was cordoned before this run, and stays so', zh: '本次运行前已被封锁，保持不变' }
  const who = [cordonedBy.holder || `run ${cordonedBy.run}`, cordonedBy.at]
    .filter((part) => part !== '')
    .join(', ')
  return {
    en: `osferry had cordoned it in an earlier run (${who}), and it stays so until it is restored`,
    zh: `此前已由 osferry 封锁（${who}），恢复之前保持不变`,
  }
}
