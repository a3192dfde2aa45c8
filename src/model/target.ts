import { z } from 'zod'

/** What a host can become; every host is judged for each of them side by side. */
export const targets = ['anolis-rhck', 'anolis-anck', 'containeros'] as const
export const Target = z.enum(targets)
export type Target = z.infer<typeof Target>

/** Is the disk of the system written anew? */
export function wipesDisk(target: Target): boolean {
  return target === 'containeros'
}

/** Short names that `--target` takes, beside the full ones. */
export const targetAliases: Readonly<Record<string, readonly Target[]>> = {
  rhck: ['anolis-rhck'],
  anck: ['anolis-anck'],
  containeros: ['containeros'],
  'anolis-rhck': ['anolis-rhck'],
  'anolis-anck': ['anolis-anck'],
  all: targets,
}

/** How grave a failed check is; `block` stops the move. Ordered from gravest to mildest. */
export const severities = ['block', 'high', 'medium', 'low', 'info'] as const
export const Severity = z.enum(severities)
export type Severity = z.infer<typeof Severity>

/** True when `severity` is at least as grave as `threshold`. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold)
}

/** Host x target: UNKNOWN means "we could not tell", and is never ready. */
export const verdicts = ['READY', 'READY_WITH_ACTIONS', 'BLOCKED', 'UNKNOWN'] as const
export const Verdict = z.enum(verdicts)
export type Verdict = z.infer<typeof Verdict>

/** How much of what the checks needed was really seen; A is everything, F is nothing. */
export const confidences = ['A', 'B', 'C', 'D', 'E', 'F'] as const
export const Confidence = z.enum(confidences)
export type Confidence = z.infer<typeof Confidence>
