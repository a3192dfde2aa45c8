import { setTimeout as sleep } from 'node:timers/promises'
import type { ProgramNotes } from '../model/left-program.ts'
import type { ProvisionOptions } from '../model/provisioner-port.ts'
import { StepError } from '../model/step-error.ts'

/** Between two looks. */
const lookAgainMs = 1000

/**
 * Waits for a program that an earlier process has left at work on a host: nothing is started beside it, and nothing asked. Throws
 * a StepError, PROVISION_STILL_AT_WORK, when it has not ended in time; it is not ended by us, who have not started it.
 */
export async function waitForLeft(
  host: string,
  { programs, signal, timeoutMs, onWait }: ProvisionOptions & { programs: ProgramNotes },
): Promise<void> {
  const fromMs = performance.now()
  for (;;) {
    const left = await programs.atWork(host)
    if (left === undefined) return
    const { program, verb, since } = left
    const { pid } = left.process
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
