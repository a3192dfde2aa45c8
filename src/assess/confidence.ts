import type { FactMap, FactName } from '../model/facts.ts'
import type { ResultCounts } from '../model/assessment.ts'
import { confidences, type Confidence } from '../model/target.ts'

/** Share of the needed facts that was obtained, at least, for each grade; below the last row it is F. */
const thresholds: readonly { grade: Confidence; ratio: number }[] = [
  { grade: 'A', ratio: 0.99 },
  { grade: 'B', ratio: 0.9 },
  { grade: 'C', ratio: 0.75 },
  { grade: 'D', ratio: 0.5 },
  { grade: 'E', ratio: 0.01 },
]

/** Old facts lower the grade: by one after a week, by two after a month. */
const ages: readonly { days: number; lowerBy: number }[] = [
  { days: 30, lowerBy: 2 },
  { days: 7, lowerBy: 1 },
]

/** A fact that came with a note of what is missing in it counts half. */
const degradedWeight = 0.5

/** Share of the facts that checks needed and got, 0 to 1; 1 when nothing was needed. */
export function factRatio(needed: ReadonlySet<FactName>, facts: FactMap): number {
  if (needed.size === 0) return 1
  let got = 0
  for (const name of needed) {
    const fact = facts[name]
    if (fact?.status === 'ok') got += fact.degraded === undefined ? 1 : degradedWeight
  }
  return got / needed.size
}

/** Share of the checks with something to say about the host that came to an answer, 0 to 1; 1 when there is none. */
export function answerRatio({ pass, fail, waived, unknown, error }: ResultCounts): number {
  const answered = pass + fail + waived
  const asked = answered + unknown + error
  return asked === 0 ? 1 : answered / asked
}

/** The grade of a ratio, lowered for facts collected long before `now`. */
export function gradeConfidence(ratio: number, collectedAt: string | null, now: string): Confidence {
  const grade = thresholds.find((row) => ratio >= row.ratio)?.grade ?? 'F'
  if (collectedAt === null) return grade
  const ageDays = (Date.parse(now) - Date.parse(collectedAt)) / 86_400_000
  const lowerBy = ages.find((row) => ageDays > row.days)?.lowerBy ?? 0
  const index = Math.min(confidences.indexOf(grade) + lowerBy, confidences.length - 1)
  return confidences[index] ?? 'F'
}
