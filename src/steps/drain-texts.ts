import type { Text } from '../model/text.ts'
import type { BlockerCause } from './drain-blockers.ts'
import type { DrainFailure } from './drain-failure.ts'
import { noticeTexts } from './notice-texts.ts'

/** What a pod waits for, in a few words. */
export const causeTexts: Readonly<Record<BlockerCause, Text>> = {
  budget: { en: 'waiting for budget', zh: '等待中断预算' },
  'budget-behind': { en: "waiting for the budget's controller", zh: '等待中断预算的控制器' },
  finalizer: { en: 'held by finalizers', zh: '被 finalizer 阻挡' },
  grace: { en: 'ending', zh: '正在结束' },
  order: { en: 'waiting for others to go first', zh: '等待其他 Pod 先离开' },
  unknown: { en: 'its DaemonSet, or its volumes, being looked up', zh: '正在查明其 DaemonSet 或卷' },
  completion: { en: 'running to completion', zh: '等待自行完成' },
  retry: { en: 'to be tried again', zh: '稍后重试' },
  refused: { en: 'refused', zh: '被拒绝' },
}

/** Why a node was not drained, in one line. */
export function failureText(failure: DrainFailure): Text {
  switch (failure.reason) {
    case 'timeout': {
      const pods = failure.blockers.slice(0, 3)
      const more = failure.blockers.length - pods.length
      const list = (language: 'en' | 'zh'): string =>
        pods
          .map(({ pod, cause, detail }) => `${pod} ${causeTexts[cause][language]} ${detail}`.trim())
          .join('; ')
      const rest = more > 0 ? ` + ${more}` : ''
      const { notReadySince } = failure
      if (pods.length === 0)
        return { en: 'out of time while it was checked that nothing is left', zh: '在核对节点是否清空时超时' }
      const dead = {
        en: `; nothing was heard of its kubelet since ${notReadySince}: it ends no pod`,
        zh: `；其 kubelet 自 ${notReadySince} 起没有回应，无法结束 Pod`,
      }
      return {
        en: `out of time: ${list('en')}${rest}${notReadySince === undefined ? '' : dead.en}`,
        zh: `超时：${list('zh')}${rest}${notReadySince === undefined ? '' : dead.zh}`,
      }
    }
    case 'detach-timeout': {
      const names = failure.volumes.join(', ')
      return { en: `volumes are still attached: ${names}`, zh: `卷仍未分离：${names}` }
    }
    case 'uncordoned':
      return { en: 'somebody uncordoned it during the drain', zh: '排空期间有人解除了封锁' }
    case 'node-gone':
      return { en: 'the node was deleted or replaced', zh: '节点已被删除或替换' }
    case 'refused-pod': {
      const list = (language: 'en' | 'zh'): string =>
        failure.notices.map(({ pod, reason }) => `${pod}: ${noticeTexts[reason].why[language]}`).join('; ')
      return {
        en: `a pod came that must not be touched: ${list('en')}`,
        zh: `出现了不可触碰的 Pod：${list('zh')}`,
      }
    }
    case 'pod-comes-back':
      return {
        en: `${failure.pod} is created again on this node: it tolerates the cordon; a Skip rule leaves it alone`,
        zh: `${failure.pod} 在该节点上被重新创建（容忍封锁）；可用 Skip 规则跳过`,
      }
    case 'eviction-refused':
      return {
        en: `the eviction of ${failure.pod} is refused: ${failure.message}`,
        zh: `驱逐 ${failure.pod} 被拒绝：${failure.message}`,
      }
    default:
      return failure satisfies never
  }
}
