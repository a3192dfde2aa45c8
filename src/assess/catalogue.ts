import type { CheckInfo } from '../model/assessment.ts'
import type { AnyCheck } from '../model/check.ts'

/** The catalogue entries of checks, in their order; `teamIds` are the ones that did not come with osferry. */
export function catalogue(
  checks: readonly AnyCheck[],
  teamIds: ReadonlySet<string> = new Set(),
): CheckInfo[] {
  return checks.map((check) => ({
    id: check.id,
    domain: check.domain,
    targets: [...check.targets],
    severity: check.severity,
    title: check.title,
    what: check.what,
    needs: [...check.needs],
    uses: [...(check.uses ?? [])],
    ...(check.lists === undefined ? {} : { lists: [...check.lists] }),
    remedies: [...check.remedies],
    effort: check.effort,
    sources: [...check.sources],
    origin: teamIds.has(check.id) ? 'team' : 'builtin',
  }))
}
