import type { FailureClass, StepFailure } from '../model/journal-record.ts'
import { stepTimeout } from '../model/step-error.ts'

/** What was told to end goes on. */
export const stepStuck = 'STEP_STUCK'

/** A failure of a class that another try may change is retried so often. */
const mostFailures = 8
const firstBackOffMs = 2000
const longestBackOffMs = 60_000

/**
 * What a failure means for the rest of the fleet. `count` = it counts against the failure budget; `no-starts` = nobody knows
 * whether it is only this node, so no further one starts; `return` = nodes before their point of no return go back, too;
 * `stop` = somebody else may be at work: everything stops where it is.
 */
export type FleetEffect = 'count' | 'no-starts' | 'return' | 'stop'

const effects: Readonly<Record<FailureClass, FleetEffect>> = {
  transient: 'count',
  budget: 'count',
  config: 'count',
  unknown: 'no-starts',
  data: 'return',
  quorum: 'return',
  'lost-lock': 'stop',
}

export function fleetEffect(failure: StepFailure): FleetEffect {
  return effects[failure.class]
}

/** True when the step is tried again after so many failures. */
export function isRetried({ class: failureClass, code }: StepFailure, failures: number): boolean {
  return failureClass === 'transient' && code !== stepTimeout && failures < mostFailures
}

/** How long nothing is tried after so many failures. */
export function backOffMs(failures: number): number {
  return Math.min(longestBackOffMs, firstBackOffMs * 2 ** (failures - 1))
}
