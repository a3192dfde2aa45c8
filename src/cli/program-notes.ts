import {
  readLeftProgram,
  removeLeftProgram,
  takeRoom,
  writeLeftProgram,
} from '../inventory/left-program-file.ts'
import { identityOf, ownerState, ownIdentity } from '../journal/owner.ts'
import type { ProgramNotes } from '../model/left-program.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'
import { isSessionThere } from '../provision/session-there.ts'
import type { CommandContext } from './context.ts'
import { leftProgramPath } from './state-paths.ts'

/** The programs that work on hosts of the project, as files in its state directory. */
export function programNotes(context: Pick<CommandContext, 'settings' | 'clock'>): ProgramNotes {
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
    async atWork(host) {
      const left = await readLeftProgram(leftProgramPath(context, host))
      return left !== undefined && isThere(left.process) ? left : undefined
    },
  }
}

/** A program that has ended may have left others at work; what is in another container or on another machine nobody can see. */
function isThere(process: ProcessIdentity): boolean {
  const state = ownerState(process, ownIdentity())
  return state === 'working' || state === 'stopped' || (state === 'gone' && isSessionThere(process.pid))
}
