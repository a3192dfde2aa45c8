import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'

/** A running program of the control plane, ended by pid. */
export interface ManagedProcess {
  name: string
  pid: number
  logFile: string
  isRunning: () => boolean
  /** Resolves when it has ended, however that was. */
  ended: Promise<void>
  /** SIGTERM, and SIGKILL when that takes longer than `graceMs`. */
  stop(graceMs: number): Promise<void>
}

const logLines = 30

/** util-linux's setpriv makes the kernel kill the program when this process dies, however it dies. */
export function startProcess(name: string, argv: readonly string[], logFile: string): ManagedProcess {
  const log = openSync(logFile, 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], { stdio: ['ignore', log, log] })
  closeSync(log)
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  child.once('error', () => resolve())
  if (child.pid === undefined) throw new Error(`${name} did not start: is setpriv of util-linux there?`)
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    name,
    pid: child.pid,
    logFile,
    isRunning,
    ended,
    stop: async (graceMs) => {
      if (!isRunning()) return
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
      if (graceMs > 0) child.kill('SIGTERM')
      await ended
      clearTimeout(force)
    },
  }
}

/** The end of every program's log, for an error people can act on. */
export function logTails(processes: readonly ManagedProcess[]): string {
  return processes
    .map(({ name, logFile, isRunning }) => {
      const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n') : []
      const state = isRunning() ? 'running' : 'ended'
      return `--- ${name} (${state}), the end of ${logFile}:\n${lines.slice(-logLines).join('\n')}`
    })
    .join('\n')
}
