import type { Assessment, ResultCounts, TargetAssessment, TargetSummary } from '../model/assessment.ts'
import type { Target } from '../model/target.ts'
import { linesOf } from './judge-target.ts'

export interface SummaryOptions {
  targets: readonly Target[]
  anck: '4.19' | '5.10'
}

/** What a sum needs of a judged host. */
export interface SummedHost {
  host: { name: string }
  targets: readonly Pick<TargetAssessment, 'target' | 'verdict' | 'counts'>[]
}

/** Sums up hosts one by one, so that a fleet never has to be in memory. */
export interface Summary {
  add(host: SummedHost): void
  result(): Assessment['summary']
}

/** Starts an empty summary for the targets of a run. */
export function createSummary(options: SummaryOptions): Summary {
  let hosts = 0
  const rows = new Map(options.targets.map((target) => [target, emptyRow(target, options.anck)]))
  return {
    add(host) {
      hosts++
      for (const { target, verdict, counts } of host.targets) {
        const row = rows.get(target)
        if (row === undefined)
          throw new Error(`summary: ${host.host.name} was judged for ${target}, not asked for`)
        row.verdicts[verdict]++
        addCounts(row.counts, counts)
      }
    },
    result: () => ({
      hosts,
      byTarget: [...rows.values()].map((row) => ({
        ...row,
        verdicts: { ...row.verdicts },
        counts: { ...row.counts },
        readyRatio: hosts === 0 ? 0 : row.verdicts.READY / hosts,
      })),
    }),
  }
}

function emptyRow(target: Target, anck: SummaryOptions['anck']): TargetSummary {
  return {
    target,
    kernelLine: linesOf(target, anck)[0],
    verdicts: { READY: 0, READY_WITH_ACTIONS: 0, BLOCKED: 0, UNKNOWN: 0 },
    readyRatio: 0,
    counts: { pass: 0, fail: 0, unknown: 0, error: 0, waived: 0, notApplicable: 0 },
  }
}

function addCounts(sum: ResultCounts, more: ResultCounts): void {
  for (const key of Object.keys(sum) as (keyof ResultCounts)[]) sum[key] += more[key]
}
