import {
  readLeftProgram,
  removeLeftProgram,
  takeRoom,
  writeLeftProgram,
} from '../inventory/left-program-file.ts'
import { identityOf } from '../journal/owner.ts'
import type { ProgramNotes } from '../model/left-program.ts'
import type { CommandContext } from './context.ts'
import type { ProgramMarks } from './program-marks.ts'
import { programState } from './program-state.ts'
import { leftProgramPath } from './state-paths.ts'

/** The programs that work on hosts of the project, as files in its state directory, and as marks for everybody else. */
export function programNotes(
  context: Pick<CommandContext, 'settings' | 'clock' | 'log'>,
  marks?: ProgramMarks,
): ProgramNotes {
  return {
    ready: async (host) => await takeRoom(leftProgramPath(context, host)),
    begins: async (host, program, signal) => await marks?.put(host, program, signal),
    begun(host, { pid, ...program }): void {
      const process = identityOf(pid)
      writeLeftProgram(leftProgramPath(context, host), {
        schema: 'provision-program/v1',
        host,
        ...program,
        process,
        since: context.clock.now(),
      })
      marks?.fill(host, { ...program, process })
    },
    notBegun: (host) => marks?.take(host),
    ended(host): void {
      removeLeftProgram(leftProgramPath(context, host))
      marks?.take(host)
    },
    left(host): void {
      const note = leftProgramPath(context, host)
      context.log.warn('a program that replaces a system goes on without osferry', { host, note })
    },
    async atWork(host) {
      const path = leftProgramPath(context, host)
      const program = await readLeftProgram(path)
      const state = program === undefined ? 'gone' : programState(program.process)
      if (program === undefined || state === 'gone') {
        // From another machine nobody could see any more that it has ended.
        removeLeftProgram(path)
        marks?.take(host)
        return undefined
      }
      return { program, isSeen: state === 'there', path }
    },
  }
}
