import { readdirSync, readFileSync } from 'node:fs'

/**
 * True while a process of a session is there that has not ended: the program that began it, or what that has started. A program
 * that has ended and was not waited for is none. Source: proc_pid_stat(5), fields 3 and 6.
 */
export function isSessionThere(session: number): boolean {
  const processes = attempt(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  if (processes === undefined) return false
  return processes.some((pid) => {
    const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    // The name of the program may hold anything, brackets and spaces too.
    const [state = '', , , own] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    return Number(own) === session && !/^[ZX]$/.test(state)
  })
}

/** Undefined for what is not there, or is no more. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
