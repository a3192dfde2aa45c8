import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel tells of a process that has not ended. Source: proc_pid_stat(5), fields 3, 6 and 22. */
interface ProcessStat {
  isStopped: boolean
  session: number
  /** Clock ticks after the boot. */
  startedTicks: string
}

/**
 * `gone` = it is not there, or has ended and was not waited for; `unseen` = nobody can tell from here: /proc does not let us read it, or
 * there are no descriptors left.
 */
export function processStat(pid: number | string): ProcessStat | 'gone' | 'unseen' {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === 'gone') return isForbidden(Number(pid)) ? 'unseen' : stat
  if (stat === 'unseen') return stat
  // The name of the program may hold anything, brackets and spaces too.
  const fields = stat.found.slice(stat.found.lastIndexOf(')') + 2).split(' ')
  const [state = '', session, startedTicks = ''] = [fields[0], fields[3], fields[19]]
  if (/^[ZX]$/.test(state)) return 'gone'
  return { isStopped: /^t$/i.test(state), session: Number(session), startedTicks }
}

/** Whether anything of a session is there that has not ended: the program that began it, or what that has started. */
export function sessionState(session: number): 'there' | 'gone' | 'unseen' {
  const pids = read(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  if (typeof pids === 'string') return pids
  let state: 'gone' | 'unseen' = isForbidden(-session) ? 'unseen' : 'gone'
  for (const pid of pids.found) {
    const stat = processStat(pid)
    if (stat === 'unseen') state = stat
    else if (stat !== 'gone' && stat.session === session) return 'there'
  }
  return state
}

/** True for a process, or with a minus a group, of another user: where /proc hides these (hidepid) it looks as if there were none. */
function isForbidden(pid: number): boolean {
  try {
    if (Number.isInteger(pid)) process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function read<T>(look: () => T): { found: T } | 'gone' | 'unseen' {
  try {
    return { found: look() }
  } catch (error) {
    // A process that ends while it is read is ESRCH.
    return /^(ENOENT|ESRCH)$/.test((error as NodeJS.ErrnoException).code ?? '') ? 'gone' : 'unseen'
  }
}
