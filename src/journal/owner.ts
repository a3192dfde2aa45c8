import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ProcessIdentity } from '../model/process-identity.ts'
import { processStat } from './process-stat.ts'

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
 * and `rebooted` are sure; `elsewhere` = where nobody can see it from here: on another machine or in another container. There only
 * its heartbeat tells.
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
    startedTicks: startOf(pid),
  }
}

/** Looks whether a process is still at work, as far as `me` can see it. */
export function ownerState(owner: ProcessIdentity, me: ProcessIdentity): OwnerState {
  const sameMachine = owner.host === me.host && owner.machineId === me.machineId
  if (sameMachine && owner.bootId === '' && me.bootId === '') return isThere(owner.pid) ? 'working' : 'gone'
  if (owner.bootId === me.bootId && owner.pidNamespace === me.pidNamespace) {
    const found = processStat(owner.pid)
    if (found === 'unseen') return 'elsewhere'
    if (found === 'gone') return 'gone'
    if (found.startedTicks === '' || owner.startedTicks === '') return 'elsewhere'
    if (found.startedTicks !== owner.startedTicks) return 'reused'
    return found.isStopped ? 'stopped' : 'working'
  }
  // Containers of one image may share name and machine id: of them only the heartbeat is believed.
  const isPlain = [owner, me].every(
    ({ pidNamespace, bootId }) => pidNamespace === firstPidNamespace && bootId !== '',
  )
  // An image that was never set up has none, or `uninitialized`: machine-id(5).
  const isNamed = /^[0-9a-f]{32}$/.test(me.machineId ?? '')
  return sameMachine && isPlain && isNamed && owner.bootId !== me.bootId ? 'rebooted' : 'elsewhere'
}

function startOf(pid: number): string {
  const stat = processStat(pid)
  return typeof stat === 'string' ? '' : stat.startedTicks
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
