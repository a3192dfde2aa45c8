import { z } from 'zod'
import { ProcessIdentity } from './process-identity.ts'

/** What a program of `host.provision` is asked to change. */
export const changingVerbs = ['act', 'undo', 'rollback'] as const

/** provision-program/v1: which program works on a host, for whoever comes after the process that has started it. */
export const LeftProgram = z.strictObject({
  schema: z.literal('provision-program/v1'),
  host: z.string(),
  run: z.string(),
  verb: z.enum(changingVerbs),
  /** The first word of its command line. */
  program: z.string(),
  process: ProcessIdentity,
  /** ISO 8601. */
  since: z.iso.datetime(),
})
export type LeftProgram = z.infer<typeof LeftProgram>

/** What a note says of a program besides where it works. */
export type NotedProgram = Pick<LeftProgram, 'run' | 'verb' | 'program'>

/**
 * Which program works on which host; on disk from its start to its end, and in the cluster from before its start, so that nobody
 * starts a second one beside it.
 */
export interface ProgramNotes {
  /** Called while nothing is begun: takes the room that a note needs. Throws OUTPUT_FAILED where there is none. */
  ready(host: string): Promise<void>
  /** Called before it is started, which needs the lock of the node. Rejects when that is lost. */
  begins(host: string, program: NotedProgram, signal: AbortSignal): Promise<void>
  /** Called right after it was started. */
  begun(host: string, program: NotedProgram & { pid: number }): void
  /** Called when it was not started after all. */
  notBegun(host: string): void
  ended(host: string): void
  /** It goes on without this process: people are told, since who works on the host next may see no note. */
  left(host: string): void
  /** One that was left by whoever has started it, unless it is known to have ended. */
  atWork(host: string): Promise<ProgramAtWork | undefined>
}

export interface ProgramAtWork {
  program: LeftProgram
  /** False when it was begun where nobody can look from here: it may have ended. */
  isSeen: boolean
  /** Its note, which is to be removed by people who know that it has ended. */
  path: string
}
