import { defineCollector, FactGap } from '../model/collector.ts'
import { lineOf, linesIn } from './values.ts'

/**
 * Names as the host has them. The resolver is asked only when neither the kernel, /etc/hosts nor /etc/hostname tells, and
 * not for long: a fleet of ten thousand hosts would ask it ten thousand times, and it may be dead.
 */
export const identity = defineCollector({
  fact: 'identity',
  set: 'basic',
  command: 'cat /proc/sys/kernel/hostname /etc/hostname /etc/hosts; hostname -f',
  files: ['/proc/sys/kernel/hostname', '/etc/hostname', '/etc/hosts'],
  script: `
read -r name </proc/sys/kernel/hostname
case $name in *.*) exit 0 ;; esac
while read -r address names; do
  for one in $names; do [ "$one" != "$name" ] || exit 0; done
done </etc/hosts
static=
{ read -r static </etc/hostname; } 2>/dev/null
case $static in "$name".*) exit 0 ;; esac
timeout -k 1 2 hostname -f
exit 0`,
  timeoutMs: 5000,
  parse(input) {
    const hostname = lineOf(input, '/proc/sys/kernel/hostname')
    if (hostname === null) throw new FactGap('failed', 'the kernel did not tell its host name')
    const resolved = linesIn(input.stdout)[0]?.trim()
    const staticHostname = lineOf(input, '/etc/hostname')
    const longer = staticHostname?.startsWith(`${hostname}.`) === true ? staticHostname : undefined
    const names = [hostname, canonicalName(input.text('/etc/hosts'), hostname), resolved, longer]
    return {
      hostname,
      staticHostname,
      fqdn: names.find((name) => name?.includes('.') && /^[\w.-]+$/.test(name)) ?? null,
    }
  },
})

/** The first name of the first line that names the host, as getaddrinfo(3) answers with AI_CANONNAME. */
function canonicalName(hosts: string | undefined, hostname: string): string | undefined {
  const rows = linesIn(hosts).map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1))
  return rows.find((names) => names.includes(hostname))?.[0]
}
