import type { RunResult } from '../migrate/run-outcome.ts'
import { isMigrationError } from '../model/errors.ts'
import { plain, redact } from '../model/redact.ts'
import { RunResultDocument } from '../model/run-result.ts'
import type { CommandExit } from './define-command.ts'

/** The result of a run for machines. */
export function runResultDocument(
  { isResumable, halt, message, error, nodes }: RunResult,
  { run, plan, exit }: { run: string; plan: string; exit: CommandExit },
): RunResultDocument {
  return RunResultDocument.parse({
    schema: 'run-result/v1',
    run,
    plan,
    isResumable,
    halt: halt ?? null,
    message: message ?? null,
    error: error === undefined ? null : errorOf(error),
    nodes: nodes.map(({ failed, rollback, notes, ...node }) => ({
      ...node,
      notes: [...notes],
      failed: failed ?? null,
      rollback: rollback ?? null,
    })),
    exit: { ...exit, next: [...exit.next] },
  } satisfies Record<keyof RunResultDocument, unknown>)
}

function errorOf(error: unknown): { code: string; message: string } {
  const text = error instanceof Error ? error.message : String(error)
  return { code: isMigrationError(error) ? error.code : 'UNKNOWN', message: plain(redact(text)) }
}
