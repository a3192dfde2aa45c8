import { hash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/**
 * The name of a file that is not whole yet, with who writes it: `.NAME.WHERE-PID-START.RANDOM.tmp`. WHERE is this boot and the
 * namespace in which process ids mean something; START tells a later process of the same id apart.
 */
export function temporaryName(name: string): string {
  const me = `${here()}-${process.pid}-${startOf(process.pid) ?? ''}`
  return `.${name.slice(0, 180)}.${me}.${randomBytes(6).toString('hex')}.tmp`
}

/** True for a file whose writer was a process of this boot and namespace that is no more; of all others nobody can tell. */
export function isLeftBehind(fileName: string): boolean {
  const [, where = '', pid = '', start = ''] = form.exec(fileName) ?? []
  return where !== '' && where !== unknown && where === here() && start !== startOf(Number(pid))
}

const form = /^\..{1,200}\.([0-9a-z]{12})-([1-9]\d{0,9})-(\d{1,20})\.[0-9a-f]{12}\.tmp$/s
/** Where it is not Linux. */
const unknown = 'unknownplace'

function here(): string {
  const boot = text('/proc/sys/kernel/random/boot_id')
  try {
    return hash('sha256', `${boot ?? ''} ${readlinkSync('/proc/self/ns/pid')}`).slice(0, unknown.length)
  } catch {
    return unknown
  }
}

/** Clock ticks from the boot to its start; undefined for a process that is not there. Source: proc_pid_stat(5), field 22. */
function startOf(pid: number): string | undefined {
  const stat = text(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name of the program may hold anything, brackets and spaces too.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
