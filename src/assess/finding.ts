import type { Evidence, Finding } from '../model/assessment.ts'
import { worstSeverityFor, type AnyCheck, type CheckEvidence, type Remedy } from '../model/check.ts'
import type { FactMap, FactSource, GapReason } from '../model/facts.ts'
import type { NodeInput } from '../model/node-view.ts'
import type { Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import type { CheckResult, MissingFact } from './run-check.ts'
import type { IndexedWaiver } from './waive.ts'

/** Longest excerpt in a finding; the whole output is named by its sha256. */
const excerptLength = 300

/** The finding of a result that is neither a pass nor without a say. */
export function toFinding(
  check: AnyCheck,
  result: Exclude<CheckResult, { status: 'pass' | 'not-applicable' }>,
  { facts, node, target }: { facts: FactMap; node?: NodeInput | undefined; target: Target },
): Finding {
  const seen: Seen = { facts, node }
  // What could not be told is judged as if it were the worst that the check can find.
  const base = { key: check.id, severity: worstSeverityFor(check, target) }
  if (result.status === 'fail') {
    return {
      ...base,
      status: 'fail',
      severity: result.severity ?? check.severity,
      here: result.here,
      evidence: result.evidence.map((item) => toEvidence(item, seen)),
      remedies: remediesFor(check, result.remedies),
    }
  }
  if (result.status === 'error') {
    return { ...base, status: 'error', here: result.reason, evidence: [], remedies: [] }
  }
  if ('missing' in result) {
    return {
      ...base,
      status: 'unknown',
      here: result.reason,
      evidence: result.missing.flatMap((item) => missingEvidence(item, seen)),
      remedies: remediesForMissing(result.missing),
      missing: [...result.missing],
    }
  }
  const evidence = (result.evidence ?? []).map((item) => toEvidence(item, seen))
  const remedies = [...(result.remedies ?? check.remedies)]
  return { ...base, status: 'unknown', here: result.reason, evidence, remedies }
}

/** The same finding as an accepted risk: nothing of it is hidden, and who accepted it until when is beside it. */
export function toWaived(finding: Finding, { index, waiver }: IndexedWaiver): Finding {
  const { reason, owner, expires, ticket } = waiver
  const entry = { index, reason, owner, expires, was: 'fail' as const }
  return { ...finding, status: 'waived', waiver: ticket === undefined ? entry : { ...entry, ticket } }
}

/** What fits this host comes first; the check's own words follow, because a command alone does not say how to be careful. */
function remediesFor(check: AnyCheck, own: readonly Remedy[] | undefined): Remedy[] {
  if (own === undefined) return [...check.remedies]
  const said = new Set(own.flatMap(({ text }) => (text === undefined ? [] : [text.en])))
  return [...own, ...check.remedies.filter(({ kind, text }) => kind === 'hint' && !said.has(text?.en ?? ''))]
}

/** What evidence may come from. */
interface Seen {
  facts: FactMap
  node: NodeInput | undefined
}

function toEvidence({ fact, excerpt }: CheckEvidence, { facts, node }: Seen): Evidence {
  const source = fact === 'cluster' ? clusterSource(node) : facts[fact]?.source
  return {
    fact,
    command: source?.command ?? '',
    excerpt: excerpt.length > excerptLength ? `${excerpt.slice(0, excerptLength - 1)}…` : excerpt,
    sha256: source?.sha256 ?? null,
    collectedAt: source?.collectedAt ?? null,
  }
}

function clusterSource(node: NodeInput | undefined): FactSource | undefined {
  if (node?.status !== 'matched') return undefined
  return { command: 'osferry cluster snapshot', collectedAt: node.takenAt, sha256: null, bytes: 0 }
}

function missingEvidence({ fact, message }: MissingFact, seen: Seen): Evidence[] {
  return seen.facts[fact] === undefined ? [] : [toEvidence({ fact, excerpt: message }, seen)]
}

function remediesForMissing(missing: readonly MissingFact[]): Remedy[] {
  const reasons = new Set(missing.map(({ reason }) => reason))
  return [...reasons].map((reason) => ({ kind: 'hint', text: hints[reason] }))
}

const hints: Readonly<Record<GapReason, Text>> = {
  'not-collected': {
    en: 'Collect the full fact set from this host and assess again.',
    zh: '请在该主机上采集完整的事实集后重新评估。',
  },
  'permission-denied': {
    en: 'Collect again as root or through sudo: this fact needs it.',
    zh: '该事实需要 root 权限，请以 root 或 sudo 重新采集。',
  },
  'command-missing': {
    en: 'Install the command that this fact needs, or waive nothing and decide by hand.',
    zh: '请安装该事实所需的命令，或由人工判断。',
  },
  timeout: {
    en: 'Collect again when the host is less busy: this section ran out of time.',
    zh: '该部分采集超时，请在主机空闲时重新采集。',
  },
  'too-large': {
    en: 'The output was larger than the limit; look at it on the host.',
    zh: '输出超过上限，请登录主机查看。',
  },
  failed: {
    en: 'The command failed; run it on the host, fix what it complains about and collect again.',
    zh: '命令执行失败，请在主机上运行该命令，排除故障后重新采集。',
  },
  unparsable: {
    en: 'The output could not be understood; run the command on the host and compare.',
    zh: '无法解析输出，请在主机上运行该命令进行核对。',
  },
  lost: {
    en: 'The connection was lost before this section; collect again.',
    zh: '采集到此部分之前连接已断开，请重新采集。',
  },
  degraded: {
    en: 'Only a part of this fact could be read; collect again as root, or look at the rest on the host.',
    zh: '该事实只读取到一部分，请以 root 重新采集，或登录主机核对其余部分。',
  },
}
