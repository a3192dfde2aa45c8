import { setTimeout as sleep } from 'node:timers/promises'
import { LabAnswer, LabMachine, type LabAccess, type LabOrder, type LabVerb } from '../model/lab-control.ts'
import type {
  ProvisionOptions,
  Provisioner,
  ProvisionRequest,
  RollbackRequest,
} from '../model/provisioner-port.ts'
import { StepError } from '../model/step-error.ts'

export interface LabProviderPorts {
  /** Asked each time: a lab that was started again is elsewhere. */
  access: () => Promise<LabAccess>
}

/** Between two looks at a machine that is being installed. */
const lookEveryMs = 200
/** For one question: the lab is on this machine. */
const questionMs = 10_000

/** A machine of the lab keeps the disk that was rewritten: it is what all means come to that need one. */
const disks: Readonly<Record<RollbackRequest['means'], LabOrder['back']>> = {
  'old-deployment': 'old-disk',
  'old-disk': 'old-disk',
  snapshot: 'old-disk',
  image: 'empty-disk',
  reinstall: 'empty-disk',
}

/** Simulated machines: asks the lab of the project, which installs once for one token. Done when the new system has booted. */
export function labProvider({ access }: LabProviderPorts): Provisioner {
  async function ask(
    path: string,
    { method, order, signal }: { method: string; order?: object; signal: AbortSignal },
  ): Promise<{ status: number; body: unknown }> {
    const { url, token } = await access()
    const limit = AbortSignal.any([signal, AbortSignal.timeout(questionMs)])
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(order === undefined ? {} : { body: JSON.stringify(order) }),
        signal: limit,
      })
      return { status: answer.status, body: await answer.json() }
    } catch (error) {
      signal.throwIfAborted()
      const why = error instanceof Error ? (error.cause ?? error) : error
      const message = `the lab at ${url} does not answer: ${String(why)}`
      throw new StepError('transient', message, { code: 'PROVISION_LAB_UNREACHABLE', cause: error })
    }
  }

  async function look({ host }: ProvisionRequest, { signal }: ProvisionOptions): Promise<LabMachine> {
    const { status, body } = await ask(pathOf(host), { method: 'GET', signal })
    return answered(LabMachine.safeParse(body), { status, host })
  }

  async function order(
    verb: LabVerb,
    { host, token, target, back }: ProvisionRequest & Pick<LabOrder, 'back'>,
    { signal }: ProvisionOptions,
  ): Promise<LabAnswer> {
    const path = `${pathOf(host)}/${verb}`
    const { status, body } = await ask(path, { method: 'POST', order: { token, target, back }, signal })
    return answered(LabAnswer.safeParse(body), { status, host })
  }

  /** Looks until the machine is so far. */
  async function until(
    stage: 'done' | 'back',
    request: ProvisionRequest,
    options: ProvisionOptions,
  ): Promise<void> {
    const over = AbortSignal.timeout(options.timeoutMs)
    for (;;) {
      const now = await look(request, options)
      if (isAt(stage, now, request)) return
      throwUnlessUnderWay(now, request)
      if (over.aborted)
        throw failed(
          'config',
          `${request.host} was not ${stage} in ${options.timeoutMs / 1000} s: it is at ${now.installation?.stage}`,
          'TIMEOUT',
        )
      await sleep(lookEveryMs, undefined, { signal: options.signal })
    }
  }

  return {
    name: 'lab',
    async observe(request, options) {
      const machine = await look(request, options)
      if (isAt('done', machine, request)) return 'done'
      if (machine.refuses !== null && !isBegun(machine, request))
        throw failed('config', `${request.host} cannot be installed: ${machine.refuses}`, 'REFUSED')
      return 'todo'
    },
    async act(request, options) {
      const { taken, machine } = await order('provision', request, options)
      if (taken === 'busy')
        throw failed('transient', `${request.host} is off, or is being installed already`, 'BUSY')
      if (taken === 'refused')
        throw failed('config', `${request.host} cannot be installed: ${machine.refuses}`, 'REFUSED')
      await until('done', request, options)
    },
    async verify(request, options) {
      const machine = await look(request, options)
      if (isAt('done', machine, request)) return
      throw failed('config', `the lab says that ${request.host} is not installed`, 'NOT_DONE')
    },
    async undo(request, options) {
      const { taken } = await order('cancel', request, options)
      if (taken === 'too-late')
        throw failed('config', `the disk of ${request.host} is rewritten already`, 'TOO_LATE')
    },
    async rollback(request, options) {
      await order('rollback', { ...request, back: disks[request.means] }, options)
      await until('back', request, options)
    },
  }
}

function pathOf(host: string): string {
  return `/machines/${encodeURIComponent(host)}`
}

function isBegun({ installation }: LabMachine, { token }: ProvisionRequest): boolean {
  return installation?.token === token
}

function isAt(stage: 'done' | 'back', machine: LabMachine, request: ProvisionRequest): boolean {
  return isBegun(machine, request) && machine.installation?.stage === stage
}

function throwUnlessUnderWay({ installation }: LabMachine, { host, token }: ProvisionRequest): void {
  if (installation?.token !== token)
    throw failed('config', `${host} was installed for somebody else since`, 'OTHER_TOKEN')
  if (installation.stage === 'failed' || installation.stage === 'cancelled')
    throw failed(
      'config',
      `the installation of ${host} has ${installation.stage === 'failed' ? 'failed' : 'been cancelled'}; nothing was written, the old system boots again`,
      'FAILED',
    )
}

function answered<Answer>(
  parsed: { success: true; data: Answer } | { success: false; error: Error },
  { status, host }: { status: number; host: string },
): Answer {
  if (status === 404) throw failed('config', `the lab has no machine ${host}`, 'LAB_UNKNOWN_MACHINE')
  if (status === 401)
    throw failed('config', 'the lab does not know this token: was it started again?', 'LAB_TOKEN')
  if (status !== 200 || !parsed.success)
    throw failed('unknown', `the lab answered ${status} for ${host}, and not as a lab does`, 'LAB_ANSWER')
  return parsed.data
}

function failed(failureClass: 'config' | 'transient' | 'unknown', message: string, code: string): StepError {
  return new StepError(failureClass, message, { code: `PROVISION_${code}` })
}
