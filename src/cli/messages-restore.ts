import type { NodeRecord } from '../model/node-record.ts'
import type { Text } from '../model/text.ts'
import type { MergeConflict } from '../steps/merge-node.ts'
import type { PodOutcome } from '../steps/recreate-pods.ts'
import type { RequestOutcome } from '../steps/approve-requests.ts'
import type { RequestObjection } from '../steps/judge-request.ts'
import type { RestoreWait } from '../steps/restore-node.ts'
import { waitTexts } from '../steps/restore-texts.ts'
import type { CordonFate, DrainMark } from '../steps/restore-write.ts'
import { ageText } from './age-text.ts'
import type { CommandContext } from './context.ts'

const podTexts: Readonly<Record<PodOutcome['result'], Text>> = {
  created: { en: 'created again', zh: '已重新创建' },
  there: { en: 'had been created again', zh: '此前已重新创建' },
  'never-gone': { en: 'had never gone', zh: '从未离开' },
  'name-taken': { en: 'left alone: another pod has its name', zh: '未处理：已有同名的其他 Pod' },
  'namespace-gone': { en: 'not created again: its namespace is gone', zh: '未重新创建：命名空间已不存在' },
  'still-ending': { en: 'not created again: the old one is still ending', zh: '未重新创建：旧 Pod 尚未结束' },
  refused: { en: 'not created again: the server refuses it', zh: '未重新创建：API server 拒绝' },
}

/** One pod and what became of it, in one line. */
export function podText(
  { say }: Pick<CommandContext, 'say'>,
  { namespace, name, result, message }: PodOutcome,
): string {
  const detail = message === '' || result === 'name-taken' ? '' : ` (${message})`
  return `${namespace}/${name} ${say(podTexts[result])}${detail}`
}

/** What a node waits for, in one line. */
export function waitText({ say }: Pick<CommandContext, 'say'>, wait: RestoreWait): string {
  return `${say(waitTexts[wait.for])}: ${wait.detail}`
}

const whyTexts: Readonly<Record<MergeConflict['why'], Text>> = {
  changed: { en: 'has another value now and is left so', zh: '现为其他值，保持不变' },
  removed: { en: 'was removed since and is left so', zh: '此后已被移除，保持不变' },
}

/** What was not put back, in one line. */
export function conflictText({ say }: Pick<CommandContext, 'say'>, conflict: MergeConflict): string {
  return `${conflict.kind} ${conflict.key} ${say(whyTexts[conflict.why])}`
}

export const markTexts: Readonly<Record<DrainMark, Text>> = {
  'soft-taint': { en: 'soft taint taken away', zh: '已移除软污点' },
  'load-balancer': { en: 'given back to its load balancers', zh: '已恢复到负载均衡器' },
}
/** Pods of a node that somebody has uncordoned by hand, with their age: they may be wanted no more. */
export function savedPodsText(
  { say }: Pick<CommandContext, 'say'>,
  { node, pods, runs }: Pick<NodeRecord, 'node' | 'pods' | 'runs'>,
  nowMs: number,
): string {
  const list = pods.map(({ namespace, name, run }) => {
    const takenMs = Date.parse(runs.find(({ id }) => id === run)?.at ?? '')
    const age = Number.isNaN(takenMs) ? say({ en: 'age unknown', zh: '时间未知' }) : ageText(nowMs - takenMs)
    return `${namespace}/${name} (${age})`
  })
  const lead = say({
    en: 'was uncordoned by hand since; pods that its drain took, and how long ago, are created again',
    zh: '此后被人工解除封锁；将重新创建排空时移走的 Pod（括号内为距今时间）',
  })
  return `${node.name} ${lead}: ${list.join(', ')}`
}

/** Of a node whose kubelet nobody could listen to. */
export const unheardText: Text = {
  en: 'taken for Ready by what the node says alone',
  zh: '仅凭节点自身状态视为就绪',
}

/** Of a node that only has marks of osferry. */
export const noRecordText: Text = {
  en: 'there is no record of it: only the marks of osferry are taken away',
  zh: '没有该节点的记录：仅移除 osferry 的标记',
}

export const cordonTexts: Readonly<Record<CordonFate, Text>> = {
  uncordoned: { en: 'uncordoned', zh: '已解除封锁' },
  'not-cordoned': { en: 'was not cordoned', zh: '未被封锁' },
  kept: { en: 'stays cordoned: not by osferry', zh: '保持封锁：并非由 osferry 封锁' },
  'of-another-run': {
    en: 'left alone: marked by an osferry run that this record does not know; restore it with the record of that run (--record)',
    zh: '未处理：带有此记录之外的 osferry 运行的标记；请用该次运行的记录恢复（--record）',
  },
  'cordoned-again': { en: 'cordoned again, as people had it', zh: '已按原状重新封锁' },
  left: { en: 'cordon left as it is', zh: '封锁状态未更改' },
}

const objectionTexts: Readonly<Record<RequestObjection, Text>> = {
  'older-than-the-record': { en: 'it is older than the drain', zh: '早于排空' },
  unreadable: { en: 'it cannot be read', zh: '无法解析' },
  'another-subject': { en: 'it is for another subject', zh: '主体不是该节点' },
  'another-requestor': { en: 'somebody else asks for it', zh: '申请者不符' },
  'other-usages': { en: 'it asks for other usages', zh: '用途不符' },
  'other-names': { en: 'its names or addresses are not those recorded', zh: '名称或地址与记录不符' },
  'asks-for-more': { en: 'it asks for more than a kubelet needs', zh: '所要求的超出 kubelet 所需' },
  'node-is-ready': { en: 'the node is Ready and needs no new identity', zh: '节点已就绪，无需新身份' },
  'refused-by-server': { en: 'the server refuses the approval', zh: 'API server 拒绝批准' },
}

/** A certificate request and what became of it, in one line. */
export function requestText({ say }: Pick<CommandContext, 'say'>, request: RequestOutcome): string {
  const { name, username, objection } = request
  if (objection === undefined) return `${say({ en: 'approved', zh: '已批准' })} ${name}`
  const left = say({ en: 'left alone', zh: '未处理' })
  return `${left} ${name} (${username}): ${say(objectionTexts[objection])}`
}
