import type { AssessmentHead } from '../inventory/assessment-file.ts'
import type { HostAssessment, TargetAssessment } from '../model/assessment.ts'
import { parseSelector, selects, type Selectable } from '../model/selector.ts'
import { isAtLeast, targets, verdicts, type Target, type Verdict } from '../model/target.ts'
import type { GroupReason, GroupTarget, HostGroup } from '../wizard/move.ts'

/** What is kept of an assessed host: who it is, and what stands in the way. */
export interface JudgedHost extends Selectable {
  judged: ReadonlyMap<Target, { verdict: Verdict; reasons: readonly string[] }>
}

/** The part of an assessment that groups are judged by. */
export function judgedHost({ host, targets: all }: HostAssessment): JudgedHost {
  const { name, groups, labels } = host
  const judged = new Map(all.map((one) => [one.target, { verdict: one.verdict, reasons: reasonsOf(one) }]))
  return { name, groups, labels, judged }
}

/** A check counts when it keeps a host from being READY: what failed and is grave, and what nobody could tell. */
function reasonsOf({ findings }: TargetAssessment): string[] {
  return findings
    .filter(
      ({ status, severity }) =>
        status !== 'waived' && isAtLeast(severity, status === 'fail' ? 'medium' : 'high'),
    )
    .map(({ key }) => key)
}

/** Every host in one group: the smallest of its own, else its role. The largest group first. */
export function hostGroups(
  hosts: readonly JudgedHost[],
  checks: AssessmentHead['checks'],
): { groups: HostGroup[]; groupOf: ReadonlyMap<string, string> } {
  const groupOf = assignGroups(hosts)
  const titles = new Map(checks.map(({ id, title }) => [id, title]))
  const groups = [...Map.groupBy(hosts, ({ name }) => groupOf.get(name) ?? '')].map(
    ([id, members]): HostGroup => ({
      id,
      hosts: members.length,
      byTarget: targets.flatMap((target): GroupTarget[] => {
        const judged = members.flatMap((host) => host.judged.get(target) ?? [])
        if (judged.length === 0) return []
        const counts = Object.fromEntries(
          verdicts.map((verdict) => [verdict, judged.filter((one) => one.verdict === verdict).length]),
        ) as Record<Verdict, number>
        return [{ target, verdicts: counts, reasons: commonReasons(judged, titles) }]
      }),
    }),
  )
  return { groups: groups.sort((a, b) => b.hosts - a.hosts || (a.id < b.id ? -1 : 1)), groupOf }
}

/**
 * The selector that chooses exactly the hosts of these groups; undefined for all hosts. Groups overlap: where no words about
 * groups say it, the hosts are named.
 */
export function selectorOfGroups(
  ids: readonly string[],
  hosts: readonly JudgedHost[],
  groupOf: ReadonlyMap<string, string>,
): string | undefined {
  const wanted = new Set(
    hosts.map(({ name }) => name).filter((name) => ids.includes(groupOf.get(name) ?? '')),
  )
  if (wanted.size === hosts.length) return undefined
  const others = [...new Set(groupOf.values())].filter((id) => !ids.includes(id))
  const inside = wordsOf(ids, 'in')
  const candidates = inside === undefined ? [] : [inside, `${inside},${wordsOf(others, 'notin') ?? ''}`]
  const exact = candidates.find((text) => isExact(text, hosts, wanted))
  return exact ?? `host in (${[...wanted].sort().map(quoted).join(',')})`
}

function isExact(text: string, hosts: readonly JudgedHost[], wanted: ReadonlySet<string>): boolean {
  if (text.endsWith(',')) return false
  const selector = parseSelector(text)
  return hosts.every((host) => selects(selector, host) === wanted.has(host.name))
}

/** `group in (a,b)`; undefined when these are not all of one sort. */
function wordsOf(ids: readonly string[], how: 'in' | 'notin'): string | undefined {
  const parts = ids.filter((id) => id !== '').map((id) => [keyOf(id), quoted(id.slice(keyOf(id).length + 1))])
  const keys = [...new Set(parts.map(([key]) => key))]
  const [key] = keys
  if (key === undefined || (how === 'in' && (keys.length > 1 || parts.length < ids.length))) return undefined
  const values = parts.filter(([other]) => other === key).map(([, value]) => value)
  if (values.length === 1) return `${key}${how === 'in' ? '=' : '!='}${values[0]}`
  return `${key} ${how} (${values.join(',')})`
}

function keyOf(id: string): string {
  return id.slice(0, id.indexOf('='))
}

function quoted(value: string): string {
  return /^[\w./:-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

function assignGroups(hosts: readonly JudgedHost[]): ReadonlyMap<string, string> {
  const sizes = new Map<string, number>()
  for (const group of hosts.flatMap(({ groups }) => groups)) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const rank = (group: string): number => sizes.get(group) ?? 0
  return new Map(
    hosts.map(({ name, groups, labels }) => {
      const [smallest] = [...groups].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      const role = Object.hasOwn(labels, 'role') ? labels['role'] : undefined
      const id = smallest !== undefined ? `group=${smallest}` : role !== undefined ? `role=${role}` : ''
      return [name, id]
    }),
  )
}

const reasonsKept = 5

function commonReasons(
  judged: readonly { reasons: readonly string[] }[],
  titles: ReadonlyMap<string, GroupReason['title']>,
): GroupReason[] {
  const counts = Map.groupBy(
    judged.flatMap(({ reasons }) => [...new Set(reasons)]),
    (key) => key,
  )
  return [...counts]
    .map(([key, times]) => ({ key, title: titles.get(key) ?? { en: key, zh: key }, hosts: times.length }))
    .sort((a, b) => b.hosts - a.hosts || (a.key < b.key ? -1 : 1))
    .slice(0, reasonsKept)
}
