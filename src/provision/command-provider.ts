import type { changingVerbs, ProgramNotes } from '../model/left-program.ts'
import type {
  ProvisionOptions,
  Provisioner,
  ProvisionRequest,
  RollbackRequest,
} from '../model/provisioner-port.ts'
import type { StepParameters } from '../model/step-parameters.ts'
import { StepError } from '../model/step-error.ts'
import { runNoted } from './noted-program.ts'
import { runGroup, type GroupEnd } from './run-group.ts'
import { tellingWords } from './telling-words.ts'
import { waitForLeft } from './wait-for-left.ts'
import { whyNotStartable } from './why-not-startable.ts'

export interface CommandEnvironment {
  /** Where the named variables, and PATH, are taken from. */
  variables: Readonly<Record<string, string | undefined>>
  /** From SIGTERM to SIGKILL. */
  graceMs: number
  programs: ProgramNotes
}

type Verb = 'observe' | (typeof changingVerbs)[number]

/**
 * The team's own program. It gets the request as JSON on stdin, `{ verb, node, host, target, run, token }`, with
 * `ignition: { path, sha256, complete }` after `ignition.render` and `means` for the verb `rollback`; and tells by its exit status: 0 = done,
 * what the plan says (75) = try again, everything else = failed; `observe` says with 1 that it is still to do.
 */
export function commandProvider(
  { argv: act = [], observe, undo, rollback, environment, retryExitCodes }: StepParameters<'host.provision'>,
  { variables, graceMs, programs }: CommandEnvironment,
): Provisioner {
  const env: Record<string, string> = { PATH: variables['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' }
  const missing: string[] = []
  for (const name of environment) {
    const value = variables[name]
    if (value === undefined) missing.push(name)
    else env[name] = value
  }

  function requireVariables(): void {
    if (missing.length === 0) return
    throw failed('config', `the environment variable ${missing.join(', ')} is not set`, 'NOT_STARTED')
  }

  /** Asked before the point of no return: a program that is not there must not take a node past it. */
  async function requireStartable(argv: readonly string[]): Promise<void> {
    requireVariables()
    const [program = ''] = argv
    const why = await whyNotStartable(program, env['PATH'] ?? '')
    if (why !== undefined) throw notStartable(program, why)
  }

  async function run(
    argv: readonly string[],
    { verb, ...request }: ProvisionRequest & { verb: Verb; means?: string },
    { signal, timeoutMs }: ProvisionOptions,
  ): Promise<GroupEnd> {
    requireVariables()
    const { node, host, target, run, token, means, ignition } = request
    const stdin = `${JSON.stringify({ verb, node, host, target, run, token, ignition, means })}\n`
    const [program = ''] = argv
    const given = { argv, env, stdin, timeoutMs, graceMs, signal }
    // A question whose answer nobody waits for is ended; what changes a machine is cut off by its plan only.
    const end =
      verb === 'observe'
        ? await runGroup(given)
        : await runNoted(given, { host, programs, run, verb, program })
    if (end.cut === 'aborted' || end.cut === 'left') throw signal.reason
    return {
      ...end,
      lastWords: tellingWords(
        end.lastWords,
        environment.flatMap((name) => env[name] ?? []),
      ),
    }
  }

  async function isDone(request: ProvisionRequest, options: ProvisionOptions): Promise<boolean | undefined> {
    if (observe === undefined) return undefined
    const end = await run(observe, { ...request, verb: 'observe' }, options)
    if (end.notStarted === undefined && end.cut === undefined && end.exitCode === 1) return false
    throwUnlessDone(observe, end, { ...options, retryExitCodes })
    return true
  }

  async function rollBack(
    argv: readonly string[],
    request: RollbackRequest,
    options: ProvisionOptions,
  ): Promise<void> {
    await waitForLeft(request.host, { ...options, programs })
    const end = await run(argv, { ...request, verb: 'rollback' }, options)
    throwUnlessDone(argv, end, { ...options, retryExitCodes })
    const isNew = await isDone(request, options)
    if (isNew === false) return
    const message = isNew
      ? `${observe?.join(' ')} says that ${request.host} still has the new system`
      : `without an observe program nobody can tell whether ${request.host} has its old system back`
    throw failed('config', message, 'NOT_ROLLED_BACK')
  }

  return {
    name: `command ${act[0] ?? ''}`,
    async observe(request, options) {
      await waitForLeft(request.host, { ...options, programs })
      if ((await isDone(request, options)) === true) return 'done'
      await requireStartable(act)
      // Before the point of no return: without its note the program would be ended when it has begun.
      await programs.ready(request.host)
      return 'todo'
    },
    async act(request, options) {
      const end = await run(act, { ...request, verb: 'act' }, options)
      throwUnlessDone(act, end, { ...options, retryExitCodes })
    },
    async verify(request, options) {
      if ((await isDone(request, options)) === false)
        throw failed('config', `${observe?.join(' ')} says that ${request.host} is not done`, 'NOT_DONE')
    },
    async undo(request, options) {
      if (undo === undefined) return
      await waitForLeft(request.host, { ...options, programs })
      const end = await run(undo, { ...request, verb: 'undo' }, options)
      throwUnlessDone(undo, end, { ...options, retryExitCodes })
    },
    ...(rollback === undefined
      ? {}
      : {
          rollback: async (request: RollbackRequest, options: ProvisionOptions): Promise<void> =>
            await rollBack(rollback, request, options),
        }),
  }
}

function throwUnlessDone(
  argv: readonly string[],
  end: GroupEnd,
  { timeoutMs, retryExitCodes }: Pick<ProvisionOptions, 'timeoutMs'> & { retryExitCodes: readonly number[] },
): void {
  const { exitCode, signal, notStarted, cut, lastWords } = end
  const program = argv[0] ?? ''
  const words = lastWords === '' ? '' : `: ${lastWords}`
  if (notStarted !== undefined) throw notStartable(program, notStarted)
  if (cut !== undefined)
    throw failed(
      'config',
      `${program} did not end in ${Math.round(timeoutMs / 100) / 10} s and was ended${words}`,
      'TIMEOUT',
    )
  if (signal !== null) throw failed('unknown', `${program} was ended by ${signal}${words}`, 'KILLED')
  if (exitCode === 0) return
  if (exitCode !== null && retryExitCodes.includes(exitCode))
    throw failed('transient', `${program} asks to try again${words}`, 'TRY_AGAIN')
  throw failed('config', `${program} ended with ${exitCode}${words}`, 'FAILED')
}

function notStartable(program: string, why: string): StepError {
  return failed('config', `${program} could not be started (${why})`, 'NOT_STARTED')
}

function failed(failureClass: 'config' | 'transient' | 'unknown', message: string, code: string): StepError {
  return new StepError(failureClass, message, { code: `PROVISION_${code}` })
}
