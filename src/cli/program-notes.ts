import {
  readLeftProgram,
  removeLeftProgram,
  takeRoom,
  writeLeftProgram,
} from '../inventory/left-program-file.ts'
import { identityOf, ownerState, ownIdentity } from '../journal/owner.ts'
import { sessionState } from '../journal/process-stat.ts'
import type { ProgramNotes } from '../model/left-program.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'
import type { CommandContext } from './context.ts'
import { leftProgramPath } from './state-paths.ts'

/** The programs that work on hosts of the project, as files in its state directory. */
export function programNotes(context: Pick<CommandContext, 'settings' | 'clock' | 'log'>): ProgramNotes {
  return {
    ready: async (host) => await takeRoom(leftProgramPath(context, host)),
    begun(host, { pid, ...program }): void {
      writeLeftProgram(leftProgramPath(context, host), {
        schema: 'provision-program/v1',
        host,
        ...program,
        process: identityOf(pid),
        since: context.clock.now(),
      })
    },
    ended: (host) => removeLeftProgram(leftProgramPath(context, host)),
    left(host): void {
      const note = leftProgramPath(context, host)
      context.log.warn('a program that replaces a system goes on without osferry', { host, note })
    },
    async atWork(host) {
      const path = leftProgramPath(context, host)
      const program = await readLeftProgram(path)
      if (program === undefined) return undefined
      const state = stateOf(program.process)
      if (state === 'gone') {
        // From another machine nobody could see any more that it has ended.
        removeLeftProgram(path)
        return undefined
      }
      return { program, isSeen: state === 'there', path }
    },
  }
}

/** A program that has ended may have left others at work; a session's number is not given away while one of them is there. */
function stateOf(process: ProcessIdentity): 'there' | 'gone' | 'unseen' {
  const state = ownerState(process, ownIdentity())
  if (state === 'gone') return sessionState(process.pid)
  if (state === 'elsewhere') return 'unseen'
  return state === 'working' || state === 'stopped' ? 'there' : 'gone'
}
