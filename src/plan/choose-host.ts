import type { Finding, HostAssessment, TargetAssessment } from '../model/assessment.ts'
import type { DataKind, LocalData } from '../model/data-decision.ts'
import { isAtLeast, type Severity, type Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import { findingOn } from './ended-waivers.ts'

/** Findings that say no more than that there is local data: where all of it has a decision, they are answered. */
const answeredBy: Readonly<Record<string, DataKind>> = {
  'pod-host-path': 'host-path',
  'pod-local-volume': 'local-volume',
  'local-persistent-volumes': 'local-volume',
  'pod-empty-dir': 'empty-dir',
  'local-only-images': 'images',
}

/** What dies with the disk and is no part of a decision about data: accepted by a waiver with an owner, never wholesale. */
const aboutData: readonly string[] = [
  'var-data-on-root-disk',
  'local-paths-outside-etc-var',
  'root-disk-data',
]

/** Of checks that say the same of a host. */
const mostNamed = 3

export interface HostChoice {
  target: Target
  /** The gravest open finding that does not keep a host out. */
  acceptFindings: Extract<Severity, 'low' | 'medium' | 'high'>
  data: readonly LocalData[]
  /** What nobody could tell about its data. */
  unknown: readonly Text[]
  /** `YYYY-MM-DD` in UTC: a waiver that is over by then accepts nothing. */
  today: string
}

/** Why a host cannot be planned; none when it can. "We could not tell" is a reason like any other. */
export function whyNot(host: HostAssessment, choice: HostChoice): Text[] {
  const judged = host.targets.find(({ target }) => target === choice.target)
  if (judged === undefined)
    return [
      {
        en: `it was not judged for ${choice.target}: osferry assess --target ${choice.target}`,
        zh: `尚未针对 ${choice.target} 评估：osferry assess --target ${choice.target}`,
      },
    ]
  return [...factsReasons(host), ...findingReasons(judged, choice), ...dataReasons(choice)]
}

function factsReasons({ facts }: HostAssessment): Text[] {
  if (facts.status === 'complete' || facts.status === 'partial') return []
  const why = facts.failure?.message ?? facts.status
  return [{ en: `its facts are not there: ${why}`, zh: `缺少主机信息：${why}` }]
}

function findingReasons({ verdict, findings: judged }: TargetAssessment, choice: HostChoice): Text[] {
  const findings = judged.map((finding) => findingOn(finding, choice.today))
  const open = findings.filter(
    (finding) => !isAnswered(finding, choice.data) && holds(finding, choice.acceptFindings),
  )
  // One missing answer leaves many checks without one: that is one reason.
  const alike = Map.groupBy(open, ({ here }) => here.en)
  if (open.length > 0) return [...alike.values()].map(reasonOf)
  // Whatever the rules of verdicts are: one that says so is believed.
  if (verdict === 'UNKNOWN') return [{ en: 'its verdict is UNKNOWN', zh: '评估结论为 UNKNOWN' }]
  if (verdict === 'BLOCKED' && findings.every((finding) => !isAnswered(finding, choice.data)))
    return [{ en: 'its verdict is BLOCKED', zh: '评估结论为 BLOCKED' }]
  return []
}

function isAnswered({ key, status }: Finding, data: readonly LocalData[]): boolean {
  const kind = answeredBy[key]
  if (kind === undefined || status !== 'fail') return false
  const own = data.filter((item) => item.kind === kind)
  return own.length > 0 && own.every(({ action }) => action !== null)
}

function holds({ key, status, severity }: Finding, accepted: Severity): boolean {
  if (status === 'waived') return false
  if (aboutData.includes(key)) return severity !== 'info'
  if (status === 'error') return true
  if (status === 'unknown') return isAtLeast(severity, 'high') || !isAtLeast(accepted, severity)
  return isAtLeast(severity, 'block') || !isAtLeast(accepted, severity)
}

function reasonOf(alike: readonly Finding[]): Text {
  const named = alike.map(({ key, status, severity }) => {
    const state = { fail: severity, unknown: 'unknown', error: 'error', waived: 'waived' }[status]
    return { en: `${key} (${state})`, zh: `${key}（${state}）` }
  })
  const more = named.length - mostNamed
  const here = alike[0]?.here ?? { en: '', zh: '' }
  const shown = named.slice(0, mostNamed)
  return {
    en: `${shown.map(({ en }) => en).join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${here.en}`,
    zh: `${shown.map(({ zh }) => zh).join('、')}${more > 0 ? ` 等另外 ${more} 项` : ''}：${here.zh}`,
  }
}

function dataReasons({ data, unknown }: HostChoice): Text[] {
  const undecided = data.filter(({ action }) => action === null)
  return [
    ...unknown,
    ...undecided.map(({ id, usedBy, reason }): Text => {
      const by = usedBy.slice(0, 3).join(', ')
      if (reason !== null) return { en: `${id} (${by}): ${reason.en}`, zh: `${id}（${by}）：${reason.zh}` }
      return {
        en: `nobody has decided what becomes of ${id} (${by})`,
        zh: `尚未决定 ${id}（${by}）的数据去向`,
      }
    }),
  ]
}
