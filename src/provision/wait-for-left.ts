import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgramAtWork, ProgramNotes } from '../model/left-program.ts'
import type { ProvisionOptions } from '../model/provisioner-port.ts'
import { StepError } from '../model/step-error.ts'

/** Between two looks. */
const lookAgainMs = 1000

/**
 * Waits for a program that an earlier process has left at work on a host: nothing is started beside it, and nothing asked. Throws
 * StepErrors: PROVISION_STILL_AT_WORK when it has not ended in time (it is not ended by us, who have not started it), and
 * PROVISION_NOT_SEEN when nobody can tell from here whether it has.
 */
export async function waitForLeft(
  host: string,
  { programs, signal, timeoutMs, onWait }: ProvisionOptions & { programs: ProgramNotes },
): Promise<void> {
  const fromMs = performance.now()
  for (;;) {
    const left = await programs.atWork(host)
    if (left === undefined) return
    if (!left.isSeen) throw notSeen(host, left)
    const { program, verb, since } = left.program
    const { pid } = left.program.process
    if (performance.now() - fromMs >= timeoutMs) {
      const what = `${program} (process ${pid}, ${verb} since ${since}) was left at work on ${host} by an earlier run, and has not ended`
      const help = `wait until it has, or end it: kill -TERM -- -${pid}`
      throw new StepError('config', `${what}; nothing was started beside it: ${help}`, {
        code: 'PROVISION_STILL_AT_WORK',
      })
    }
    onWait?.({
      en: `for ${program} (process ${pid}), which an earlier run has left at work on ${host}`,
      zh: `等待先前的运行留在 ${host} 上继续工作的 ${program}（进程 ${pid}）`,
    })
    await sleep(lookAgainMs, undefined, { signal })
  }
}

function notSeen(
  host: string,
  { program: { program, verb, since, process }, path }: ProgramAtWork,
): StepError {
  const where = `on ${process.host}, in another container or where its processes cannot be looked at`
  const what = `${program} (process ${process.pid}, ${verb} since ${since}) was left at work on ${host} by an earlier run ${where}`
  const help = `look there; when it has ended, remove ${path} and try again`
  return new StepError('config', `${what}; nothing was started beside it: ${help}`, {
    code: 'PROVISION_NOT_SEEN',
  })
}
