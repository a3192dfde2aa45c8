import { defineCollector, FactGap } from '../model/collector.ts'
import type { Ports } from '../model/facts-services.ts'
import { linesOf, namesOf, parseMarked, wholeNumber } from './marked.ts'

/** The units of the listening processes are read by the shell itself, once a process: no program is started for it. */
const script = `if ! command -v ss >/dev/null 2>&1; then
  printf '\\036no ss\\n'
  exit 0
fi
printf '\\036sockets\\n'
o=$(ss -lntupH 2>/dev/null)
status=$?
printf '%s\\n' "$o"
[ $status -eq 0 ] || printf '\\036failed %s\\n' $status
seen=' '
rest=$o
while :; do
  case $rest in *pid=*) ;; *) break ;; esac
  rest=\${rest#*pid=}
  pid=\${rest%%,*}
  case $pid in '' | *[!0-9]*) continue ;; esac
  case $seen in *" $pid "*) continue ;; esac
  seen="$seen$pid "
  [ -r "/proc/$pid/cgroup" ] || continue
  printf '\\036pid %s\\n' "$pid"
  while IFS= read -r line; do printf '%s\\n' "$line"; done <"/proc/$pid/cgroup"
done
exit 0
`

/** Listening TCP and bound UDP ports with process and unit. */
export const ports = defineCollector({
  fact: 'ports',
  set: 'full',
  command: 'ss -lntup',
  script,
  parse({ stdout, privilege }) {
    const parts = parseMarked(stdout)
    if (parts.has('no ss')) throw new FactGap('command-missing', 'ss is not installed')
    if (!parts.has('sockets')) throw new FactGap('failed', 'ss did not answer')
    const listening = linesOf(parts, 'sockets').flatMap((line) => {
      const row = parseSocketLine(line)
      if (row === null) return []
      return [{ ...row, unit: row.pid === null ? null : unitOf(parts.get(`pid ${row.pid}`) ?? []) }]
    })
    const [status] = namesOf(parts, 'failed ')
    if (status !== undefined) throw new FactGap('failed', `ss ended with status ${status}`)
    // Whatever answers over SSH listens itself.
    if (listening.length === 0) throw new FactGap('failed', 'ss listed no listening socket at all')
    const value: Ports = { listening }
    const anonymous = privilege === 'user' && listening.some((row) => row.pid === null)
    return anonymous ? { value, degraded: 'read without root: processes of other users absent' } : value
  },
})

type Listening = Ports['listening'][number]

/** `udp UNCONN 0 0 127.0.0.1:323 0.0.0.0:* users:(("chronyd",pid=812,fd=5))`; null for anything else. */
export function parseSocketLine(line: string): Omit<Listening, 'unit'> | null {
  const [protocol, , , , local, , ...rest] = line.trim().split(/\s+/)
  if ((protocol !== 'tcp' && protocol !== 'udp') || local === undefined) return null
  const [, address = '', port] = /^(.*):(\d{1,5})$/.exec(local) ?? []
  const number = wholeNumber(port)
  if (number === null || number > 65_535 || address === '') return null
  const [, process, pid] = /\(\("([^"]*)",pid=(\d+)/.exec(rest.join(' ')) ?? []
  return {
    protocol,
    address: address.replace(/^\[(.*)\](%\S+)?$/, '$1$2'),
    port: number,
    process: process ?? null,
    pid: wholeNumber(pid),
  }
}

/** Lines of /proc/PID/cgroup -> the innermost service or scope; the systemd hierarchy of v1 or the only one of v2. */
export function unitOf(lines: readonly string[]): string | null {
  const path = lines.find((line) => /^\d+:(?:name=systemd)?:/.test(line))?.replace(/^\d+:[^:]*:/, '')
  const units = (path ?? '').split('/').filter((segment) => /\.(?:service|scope)$/.test(segment))
  return units.at(-1) ?? null
}
