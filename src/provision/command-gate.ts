import type { CommandGateSettings } from '../model/gate-settings.ts'
import type { Gate, GateAnswer } from '../model/gate.ts'
import { runGroup } from './run-group.ts'
import { tellingWords } from './telling-words.ts'

export interface CommandGateOptions {
  /** Where the named variables, and PATH, are taken from. */
  variables: Readonly<Record<string, string | undefined>>
  /** From SIGTERM to SIGKILL. */
  graceMs: number
  run: string
}

const usualSeconds = 60

/**
 * The team's own program. It gets `{ gate, run, wave, node }` as JSON on stdin and tells by its exit status: 0 = open, 1 =
 * closed; everything else, and no end in its time, is unknown.
 */
export function commandGate(
  settings: CommandGateSettings,
  { variables, graceMs, run }: CommandGateOptions,
): Gate {
  const { name, argv, environment = [], timeoutSeconds = usualSeconds } = settings
  const program = argv[0] ?? ''
  const answer = (outcome: GateAnswer['outcome'], message: string): GateAnswer => ({
    gate: name,
    outcome,
    message,
  })
  return {
    async ask({ wave, node }, signal) {
      const missing = environment.filter((variable) => variables[variable] === undefined)
      if (missing.length > 0)
        return answer('unknown', `the environment variable ${missing.join(', ')} is not set`)
      const given = Object.fromEntries(environment.map((variable) => [variable, variables[variable] ?? '']))
      const end = await runGroup({
        argv,
        env: { PATH: variables['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', ...given },
        stdin: `${JSON.stringify({ gate: name, run, wave, node })}\n`,
        timeoutMs: timeoutSeconds * 1000,
        graceMs,
        signal,
      })
      signal.throwIfAborted()
      const { exitCode, notStarted, cut, signal: by } = end
      const words = tellingWords(end.lastWords, Object.values(given))
      const because = words === '' ? '' : `: ${words}`
      if (notStarted !== undefined)
        return answer('unknown', `${program} could not be started (${notStarted})`)
      if (cut !== undefined)
        return answer('unknown', `${program} did not end in ${timeoutSeconds} s${because}`)
      if (by !== null) return answer('unknown', `${program} was ended by ${by}${because}`)
      if (exitCode === 0) return answer('open', '')
      if (exitCode === 1) return answer('closed', words === '' ? `${program} says no` : words)
      return answer('unknown', `${program} ended with ${exitCode}${because}`)
    },
  }
}
