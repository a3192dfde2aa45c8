import type { AnyCheck, CheckOutcome, Remedy } from '../model/check.ts'
import type { FactMap } from '../model/facts.ts'
import type { NodeInput, NodeView } from '../model/node-view.ts'

type Answer = { view: NodeView } | { outcome: CheckOutcome }

/** The view that a check of the node is asked with, or what is said in its place. */
export function nodeAnswer(check: AnyCheck, input: NodeInput | undefined, facts: FactMap): Answer {
  if (input === undefined) return { outcome: notLookedAt }
  if (input.status === 'unmatched') return { outcome: unmatched(input, facts) }
  const unread = (check.lists ?? []).filter((list) => input.unread.includes(list))
  if (unread.length === 0) return { view: input.view }
  const names = unread.join(', ')
  return {
    outcome: {
      status: 'unknown',
      reason: {
        en: `Not judged: the snapshot of the cluster has no ${names}.`,
        zh: `无法判断：集群快照中缺少 ${names}。`,
      },
      evidence: [{ fact: 'cluster', excerpt: gapLines(input.gaps, unread) }],
      remedies: [snapshotAgain],
    },
  }
}

/** A part of a list, or an old snapshot, proves a failure but never that there is nothing. */
export function guardedByNode(check: AnyCheck, outcome: CheckOutcome, input: NodeInput): CheckOutcome {
  if (input.status !== 'matched' || (outcome.status !== 'pass' && outcome.status !== 'not-applicable'))
    return outcome
  const partial = (check.lists ?? []).filter((list) => input.gaps.some((gap) => gap.list === list))
  if (partial.length > 0) {
    return {
      status: 'unknown',
      reason: {
        en: `Nothing was found, but the snapshot of the cluster is not whole: ${partial.join(', ')}.`,
        zh: `未发现问题，但集群快照不完整：${partial.join('、')}。`,
      },
      evidence: [{ fact: 'cluster', excerpt: gapLines(input.gaps, partial) }],
      remedies: [snapshotAgain],
    }
  }
  if (!input.stale) return outcome
  return {
    status: 'unknown',
    reason: {
      en: `Nothing was found, but the snapshot of the cluster is old: it was taken at ${input.takenAt}.`,
      zh: `未发现问题，但集群快照已过时：采集于 ${input.takenAt}。`,
    },
    remedies: [snapshotAgain],
  }
}

const notLookedAt: CheckOutcome = {
  status: 'not-applicable',
  reason: {
    en: 'The cluster was not looked at: there is no snapshot of it.',
    zh: '未检查集群：没有集群快照。',
  },
}

const snapshotAgain: Remedy = { kind: 'command', argv: ['osferry', 'cluster', 'snapshot'] }

function unmatched({ reason }: Extract<NodeInput, { status: 'unmatched' }>, facts: FactMap): CheckOutcome {
  const { kubelet } = facts
  if (kubelet?.status === 'ok' && !kubelet.value.installed && kubelet.degraded === undefined) {
    return {
      status: 'not-applicable',
      reason: { en: 'There is no kubelet on this host.', zh: '本主机没有 kubelet。' },
    }
  }
  return { status: 'unknown', reason, remedies: [snapshotAgain] }
}

function gapLines(gaps: Extract<NodeInput, { status: 'matched' }>['gaps'], lists: readonly string[]): string {
  return gaps
    .filter(({ list }) => lists.includes(list))
    .map(({ resource, reason, message }) => `${resource}: ${reason}: ${message}`)
    .join('\n')
}
