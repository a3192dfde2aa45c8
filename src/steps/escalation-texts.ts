import type { Text } from '../model/text.ts'
import type { EscalationReason, EscalationRecord, EscalationStep } from './escalation.ts'

/** What was done to a pod beside an eviction. */
export const stepTexts: Readonly<Record<EscalationStep, Text>> = {
  delete: { en: 'deleted, past its budgets', zh: '已绕过中断预算删除' },
  'cut-grace': { en: 'its grace was cut', zh: '已缩短宽限期' },
  force: { en: 'deleted by force', zh: '已强制删除' },
  'not-forced': {
    en: 'not forced: two copies of it could run',
    zh: '未强制删除：可能同时运行两个副本',
  },
}

const reasonTexts: Readonly<Record<EscalationReason, Text>> = {
  rule: { en: 'as a rule says', zh: '按规则' },
  budget: { en: 'a budget held it back to the last moment', zh: '直到最后时刻仍受中断预算限制' },
  'not-ending': { en: 'it did not end in time', zh: '未能按时结束' },
  'node-unreachable': { en: 'its node is not heard of', zh: '其节点失联' },
}

/** One step beside an eviction: which pod, what and why. */
export function escalationText({ pod, step, graceSeconds, reason, names }: EscalationRecord): Text {
  const grace = graceSeconds === null ? '' : ` (${graceSeconds} s)`
  const list = names.length === 0 ? '' : `: ${names.join(', ')}`
  return {
    en: `${pod} ${stepTexts[step].en}${grace}; ${reasonTexts[reason].en}${list}`,
    zh: `${pod} ${stepTexts[step].zh}${grace}; ${reasonTexts[reason].zh}${list}`,
  }
}
