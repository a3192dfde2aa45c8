import { catalogue } from '../assess/catalogue.ts'
import { checks as builtin } from '../../checks/index.ts'
import type { CheckInfo } from '../model/assessment.ts'
import type { AnyCheck } from '../model/check.ts'
import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'

export interface LoadedChecks {
  checks: readonly AnyCheck[]
  infos: readonly CheckInfo[]
}

/** The built-in checks and, with a directory (`--checks`), the team's own behind them. */
export async function loadChecks(directory: string | undefined): Promise<LoadedChecks> {
  const ids = new Set(builtin.map(({ id }) => id))
  let team: AnyCheck[] = []
  if (directory !== undefined) {
    const { loadTeamChecks } = await import('./team-checks.ts')
    team = await loadTeamChecks(directory, ids)
  }
  const checks = [...builtin, ...team]
  return { checks, infos: catalogue(checks, new Set(team.map(({ id }) => id))) }
}

/** One check by id; CHECK_UNKNOWN with the nearest one otherwise. */
export function findCheck(infos: readonly CheckInfo[], id: string): CheckInfo {
  const found = infos.find((info) => info.id === id)
  if (found !== undefined) return found
  const ids = infos.map((info) => info.id)
  throw new MigrationError('CHECK_UNKNOWN', `no check ${id}`, {
    hint: `${nearestHint(id, ids)}osferry checks list shows all.`,
  })
}
