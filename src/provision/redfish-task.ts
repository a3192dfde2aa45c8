import { setTimeout as sleep } from 'node:timers/promises'
import type { BmcAnswer } from './redfish-exchange.ts'
import { refused, restMs, type BmcRequests } from './redfish-client.ts'
import { redfishFailure } from './redfish-failure.ts'
import { Task } from './redfish-schemas.ts'

const longestTaskMs = 10 * 60_000
/** DSP2046, Task: states after which nothing more happens. */
const badEnds: ReadonlySet<string> = new Set(['Exception', 'Killed', 'Cancelled', 'Interrupted', 'Suspended'])

/**
 * Waits for the end of what a BMC has answered with 202 for. Throws `config` for a task that has ended otherwise than well or has no
 * address, `transient` for one without an end in ten minutes.
 */
export async function untilTaskEnds(
  bmc: BmcRequests,
  { accepted, request, signal }: { accepted: BmcAnswer; request: string; signal: AbortSignal },
): Promise<void> {
  const uri = accepted.location ?? bmc.parsed(accepted, '/', Task)['@odata.id']
  if (uri === undefined)
    throw redfishFailure(
      'config',
      `the BMC ${bmc.host} takes ${request} for later and does not say where to ask`,
      'TASK',
    )
  const over = Date.now() + longestTaskMs
  let rest = restMs(accepted.retryAfter ?? '1')
  while (Date.now() < over) {
    await sleep(rest, undefined, { signal })
    const answer = await bmc.ask({ method: 'GET', uri })
    // A monitor is answered with what the request would have been, and that may be an error.
    if (answer.status >= 400) throw refused(bmc, answer, request)
    const { TaskState: state, Messages } = taskIn(answer)
    if (state === 'Completed' || (typeof state !== 'string' && answer.status !== 202)) return
    if (typeof state === 'string' && badEnds.has(state)) {
      const words = Messages?.find(({ Message }) => typeof Message === 'string')?.Message ?? ''
      const told = words === '' ? '' : `: ${bmc.hidden(words)}`
      throw redfishFailure('config', `the BMC ${bmc.host} says of ${request}: ${state}${told}`, 'TASK')
    }
    rest = restMs(answer.retryAfter ?? '2')
  }
  throw redfishFailure(
    'transient',
    `the BMC ${bmc.host} has not ended ${request} in ${longestTaskMs / 60_000} minutes`,
    'TASK',
  )
}

/** Monitors of some makers answer without a body. */
function taskIn({ text }: BmcAnswer): Task {
  try {
    return Task.safeParse(JSON.parse(text), { jitless: true }).data ?? {}
  } catch {
    return {}
  }
}
