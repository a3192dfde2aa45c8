import { durationTextMs } from './duration-text.ts'
import { DurationText } from './playbook.ts'

const weekMs = 7 * 24 * 3_600_000

/** A length of time that a step may take or wait: more than nothing, at most a week. */
export const StepTime = DurationText.refine((text) => {
  const ms = durationTextMs(text) ?? 0
  return ms > 0 && ms <= weekMs
}, 'a length of time is more than nothing and at most a week')
