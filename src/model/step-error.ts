import { isMigrationError, type ErrorCode } from './errors.ts'
import type { FailureClass, StepFailure } from './journal-record.ts'
import { plain, redact } from './redact.ts'

/** The code of what was not done in its time. */
export const stepTimeout = 'STEP_TIMEOUT'

/** Why a step could not be done, with its class. Its caller makes an event and an outcome of it. */
export class StepError extends Error {
  readonly failureClass: FailureClass
  /** Stable: `STEP_TIMEOUT`, or a code of the step's own. */
  readonly code: string

  constructor(failureClass: FailureClass, message: string, options: { code: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StepError'
    this.failureClass = failureClass
    this.code = options.code
  }
}

/** Another try may end otherwise, or a person has to look first; without a row it is `config`: a person can help. */
const classes: Partial<Record<ErrorCode, FailureClass>> = {
  HOST_UNREACHABLE: 'transient',
  HOST_TIMEOUT: 'transient',
  HOST_REFUSED: 'transient',
  // The outcome is unknown: the next attempt looks before it acts.
  HOST_LOST: 'transient',
  HOST_JUMP_FAILED: 'transient',
  // While a machine boots its sshd takes connections and lets them go.
  HOST_PROTOCOL: 'transient',
  REGISTRY_UNREACHABLE: 'transient',
  CLUSTER_UNREACHABLE: 'transient',
  CLUSTER_TIMEOUT: 'transient',
  CLUSTER_OVERLOADED: 'transient',
  CLUSTER_LOCKED: 'lost-lock',
  ARTIFACT_STORE_UNREACHABLE: 'transient',
  // Whoever writes may be done at the next try, which reads all of it anew.
  DATA_CHANGED: 'transient',
  // Data that was parked is not there, or not as it was: no further node should be put at risk.
  ARTIFACT_NOT_FOUND: 'data',
  ARTIFACT_DAMAGED: 'data',
  DATA_ARCHIVE_INVALID: 'data',
  DATA_MISMATCH: 'data',
}

/** A journal is read by many: long answers of servers do not belong there. */
const longest = 2000

/** What the journal keeps of an error: its class, its code, and its words without secrets. */
export function failureOf(error: unknown): StepFailure {
  if (error instanceof StepError) return told(error.failureClass, error.code, error.message)
  if (isMigrationError(error)) return told(classes[error.code] ?? 'config', error.code, error.message)
  return told('unknown', 'UNKNOWN', error instanceof Error ? error.message : String(error))
}

function told(failureClass: FailureClass, code: string, message: string): StepFailure {
  return { class: failureClass, code, message: plain(redact(message)).slice(0, longest) }
}
