import type { NotedProgram, ProgramNotes } from '../model/left-program.ts'
import { NodeGoesBack } from '../model/node-goes-back.ts'
import { StepError, stepTimeout } from '../model/step-error.ts'
import { runGroup, type GroupEnd, type GroupOptions } from './run-group.ts'

export interface NotedOptions extends NotedProgram {
  host: string
  programs: ProgramNotes
}

/** Runs a program that changes a host, as runGroup does; from before its start to its end it is noted that it is at work. */
export async function runNoted(
  options: GroupOptions,
  { host, programs, ...program }: NotedOptions,
): Promise<GroupEnd> {
  await programs.begins(host, program, options.signal)
  let isBegun = false
  try {
    const end = await runGroup({
      ...options,
      isLeft: (reason) => !isEndedBy(reason),
      onStarted(pid) {
        programs.begun(host, { ...program, pid })
        isBegun = true
      },
    })
    if (end.cut === 'left') programs.left(host)
    else if (isBegun) programs.ended(host)
    return end
  } finally {
    if (!isBegun) programs.notBegun(host)
  }
}

/**
 * Its time is over, or its node goes back, which waits for it. Whoever leaves, has lost a lock or stops for another node's sake leaves
 * it at work: half a system on a disk is no machine any more, and the next run waits for it.
 */
function isEndedBy(reason: unknown): boolean {
  return reason instanceof NodeGoesBack || (reason instanceof StepError && reason.code === stepTimeout)
}
