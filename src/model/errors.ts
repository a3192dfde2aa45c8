/** Stable codes of what a user can meet, each with the process exit code it leads to (DESIGN section 8). */
export const errorCodes = {
  USAGE: 64,
  CONFIG_INVALID: 78,
  CONFIG_NOT_FOUND: 78,
  INPUT_NEEDED: 4,
  DOCUMENT_INVALID: 65,
  DOCUMENT_NOT_FOUND: 65,
  DOCUMENT_NEWER: 65,
  DOCUMENT_TOO_LARGE: 65,
  INVENTORY_NOT_FOUND: 65,
  INVENTORY_EMPTY: 65,
  INVENTORY_INVALID: 65,
  INVENTORY_DUPLICATE: 65,
  SELECTOR_INVALID: 64,
  SELECTOR_EMPTY: 65,
  WAIVERS_INVALID: 65,
  CHECKS_INVALID: 65,
  CHECK_UNKNOWN: 64,
  SECRET_UNAVAILABLE: 77,
  SECRET_UNSAFE: 77,
  TOOL_MISSING: 69,
  OUTPUT_FAILED: 69,
  HOST_NAME_UNRESOLVED: 3,
  HOST_UNREACHABLE: 3,
  HOST_REFUSED: 3,
  HOST_TIMEOUT: 3,
  HOST_AUTH_FAILED: 3,
  HOST_KEY_UNKNOWN: 3,
  HOST_KEY_CHANGED: 3,
  HOST_KEY_REVOKED: 3,
  HOST_PROTOCOL: 3,
  HOST_SUDO_REFUSED: 3,
  HOST_SUDO_PASSWORD: 3,
  HOST_LOST: 3,
  HOST_FLOODED: 3,
  HOST_ANSWER_INVALID: 3,
  HOST_JUMP_FAILED: 3,
  CLUSTER_CONFIG_NOT_FOUND: 78,
  CLUSTER_CONFIG_INVALID: 78,
  CLUSTER_UNREACHABLE: 69,
  CLUSTER_TIMEOUT: 69,
  CLUSTER_CERTIFICATE: 69,
  CLUSTER_ANSWER_INVALID: 69,
  CLUSTER_OVERLOADED: 69,
  CLUSTER_LOGIN_FAILED: 77,
  CLUSTER_FORBIDDEN: 77,
  CLUSTER_WRITE_REFUSED: 69,
  CLUSTER_LOCKED: 69,
  PROGRAM_AT_WORK: 69,
  NODE_NOT_FOUND: 65,
  NODE_OF_OTHER_RUN: 65,
  RECORD_OTHER_CLUSTER: 65,
  RULES_INVALID: 65,
  PLAYBOOK_UNKNOWN: 64,
  PLAYBOOK_INVALID: 65,
  PROFILE_UNKNOWN: 64,
  PROFILE_INVALID: 65,
  PROFILE_INCOMPLETE: 65,
  PROFILE_UNFIT: 65,
  IGNITION_INVALID: 65,
  IGNITION_SETTINGS_INVALID: 65,
  IGNITION_UNDECIDED: 65,
  FACTS_INCOMPLETE: 65,
  PLAN_OPTIONS_INVALID: 65,
  PLAN_NOT_RUNNABLE: 65,
  PLAN_STALE: 5,
  PLAN_OTHER_CLUSTER: 5,
  PLAN_DIGEST_WRONG: 5,
  APPROVAL_MISSING: 5,
  APPROVAL_INVALID: 5,
  SIGNING_FAILED: 77,
  JOURNAL_FAILED: 69,
  JOURNAL_CORRUPT: 65,
  JOURNAL_NEWER: 65,
  JOURNAL_LOCKED: 69,
  RUN_NOT_FOUND: 65,
  ROLLBACK_IMPOSSIBLE: 65,
  RUN_UNFINISHED: 69,
  RUN_ENDED: 65,
  ARTIFACT_KEY_INVALID: 65,
  ARTIFACT_EXISTS: 65,
  ARTIFACT_NOT_FOUND: 65,
  ARTIFACT_DAMAGED: 65,
  ARTIFACT_STORE_FAILED: 69,
  ARTIFACT_STORE_UNREACHABLE: 69,
  ARTIFACT_STORE_DENIED: 77,
  ARTIFACT_STORE_UNSAFE: 77,
  DATA_STILL_NEEDED: 65,
  DATA_READ_FAILED: 69,
  DATA_CHANGED: 69,
  DATA_TARGET_REFUSED: 65,
  DATA_WRITE_FAILED: 69,
  DATA_ARCHIVE_INVALID: 65,
  DATA_MISMATCH: 65,
  IMAGE_NAME_INVALID: 65,
  IMAGE_NOT_FOUND: 65,
  IMAGE_PULL_FAILED: 69,
  IMAGE_PUSH_FAILED: 69,
  REGISTRY_DENIED: 77,
  REGISTRY_UNREACHABLE: 69,
  BOOT_ARTIFACT_WRONG: 65,
  BOOT_LISTEN_FAILED: 69,
  BOOT_TOKEN_NEEDED: 65,
  INTERRUPTED: 130,
} as const

export type ErrorCode = keyof typeof errorCodes

export interface MigrationErrorOptions {
  /** What to do now: a command, a flag, a file to look at. */
  hint?: string
  cause?: unknown
  /** Extra facts for JSON output; never a secret. */
  details?: Readonly<Record<string, string | number>>
}

/** An error that a user can meet and act on. Bugs are plain `Error`. */
export class MigrationError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, string | number>>

  constructor(code: ErrorCode, message: string, options: MigrationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MigrationError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }
}

/** True when `error` is a MigrationError, of one of `codes` when any are named. */
export function isMigrationError(error: unknown, ...codes: ErrorCode[]): error is MigrationError {
  return error instanceof MigrationError && (codes.length === 0 || codes.includes(error.code))
}
