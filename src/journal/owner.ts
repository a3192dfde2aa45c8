import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ProcessIdentity } from '../model/process-identity.ts'

/** Who holds a journal: enough to find out, without asking, whether it is still at work. */
export const Owner = z.strictObject({
  /** Different for every taking of the lock. */
  token: z.string().min(1).max(100),
  /** `user@host`, for people. */
  actor: z.string().max(300),
  ...ProcessIdentity.shape,
  /** ISO 8601. */
  since: z.iso.datetime(),
})
export type Owner = z.infer<typeof Owner>

/**
 * `stopped` = its process is there and may go on at any time (SIGSTOP, Ctrl-Z); `gone`, `reused` (another process has its id)
 * and `rebooted` are sure; `elsewhere` = on another machine or in another container, where only its heartbeat tells.
 */
export type OwnerState = 'working' | 'stopped' | 'gone' | 'reused' | 'rebooted' | 'elsewhere'

/** Source: PROC_PID_INIT_INO in include/linux/proc_ns.h. */
const firstPidNamespace = 'pid:[4026531836]'

/** This process, as the owner of a journal. */
export function thisProcess(actor: string, since: string): Owner {
  return { token: randomUUID(), actor, ...ownIdentity(), since }
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid)
}

/** A process of this machine. */
export function identityOf(pid: number): ProcessIdentity {
  return {
    host: hostname(),
    machineId: firstLine('/etc/machine-id') ?? null,
    bootId: firstLine('/proc/sys/kernel/random/boot_id') ?? '',
    pidNamespace: linkOf('/proc/self/ns/pid'),
    pid,
    startedTicks: processOf(pid)?.startedTicks ?? '',
  }
}

/** Looks whether a process is still at work, as far as `me` can see it. */
export function ownerState(owner: ProcessIdentity, me: ProcessIdentity): OwnerState {
  const sameMachine = owner.host === me.host && owner.machineId === me.machineId
  if (sameMachine && owner.bootId === '' && me.bootId === '') return isThere(owner.pid) ? 'working' : 'gone'
  if (owner.bootId === me.bootId && owner.pidNamespace === me.pidNamespace) {
    const found = processOf(owner.pid)
    if (found === undefined) return 'gone'
    if (found.startedTicks !== owner.startedTicks) return 'reused'
    return found.isStopped ? 'stopped' : 'working'
  }
  // Containers of one image may share name and machine id: of them only the heartbeat is believed.
  const isPlain = [owner, me].every(({ pidNamespace }) => pidNamespace === firstPidNamespace)
  return sameMachine && isPlain && owner.bootId !== me.bootId ? 'rebooted' : 'elsewhere'
}

/** Undefined for a process that is not there, or has ended and was not waited for. Source: proc_pid_stat(5). */
function processOf(pid: number): { startedTicks: string; isStopped: boolean } | undefined {
  const stat = firstLine(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name of the program may hold anything, brackets and spaces too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', startedTicks = ''] = [fields[0], fields[19]]
  return state === 'Z' || state === 'X' ? undefined : { startedTicks, isStopped: /^t$/i.test(state) }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function firstLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[0]
  } catch {
    return undefined
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
