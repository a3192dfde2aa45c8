import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import { baseName, linesIn, readTexts } from './values.ts'

/** Who keeps time, in the order of preference; the first that runs, else the first that is installed. */
const services = [
  { name: 'chronyd', pids: ['/run/chrony/chronyd.pid', '/run/chronyd.pid'] },
  { name: 'ntpd', pids: ['/run/ntpd.pid'] },
  { name: 'systemd-timesyncd', pids: ['/run/systemd/timesync'] },
]
const configs = ['/etc/chrony.conf', '/etc/chrony.d/*.conf', '/etc/ntp.conf', '/etc/systemd/timesyncd.conf']

/** Clock, time zone, and who keeps time. chronyc is asked only when chronyd runs: it would wait for an answer. */
export const time = defineCollector({
  fact: 'time',
  set: 'basic',
  command: 'date +%s; readlink /etc/localtime; chronyc -n tracking; cat /etc/chrony.conf',
  files: configs,
  paths: [
    '/etc/localtime',
    '/run/systemd/timesync/synchronized',
    ...services.flatMap(({ name, pids }) => [
      `/usr/lib/systemd/system/${name}.service`,
      `/run/systemd/units/invocation:${name}.service`,
      ...pids,
    ]),
  ],
  script: `
if [ -e /run/chrony/chronyd.pid ] || [ -e /run/chronyd.pid ]; then
  chronyc -n tracking
elif [ -e /run/ntpd.pid ]; then
  ntpstat
fi
exit 0`,
  timeoutMs: 5000,
  parse(input) {
    if (input.epochSeconds <= 0) throw new FactGap('failed', 'the host did not tell its time')
    const active = services.find(({ name, pids }) => runs(input, name, pids))
    const service =
      active ?? services.find(({ name }) => input.paths.has(`/usr/lib/systemd/system/${name}.service`))
    const link = input.paths.get('/etc/localtime')?.target ?? null
    return {
      epochSeconds: input.epochSeconds,
      skewSeconds: skewOf(input),
      timezone: /zoneinfo\/(.+)$/.exec(link ?? '')?.[1] ?? null,
      service: service?.name ?? null,
      active: active !== undefined,
      synchronized: synchronized(input),
      servers: servers(input),
    }
  },
})

/**
 * The smallest difference that explains what both clocks said: the host's first time is not before the script was sent,
 * its last one not after the answer was there. So a slow host is no slow clock.
 */
function skewOf(input: CollectorInput): number | null {
  const received = input.receivedAtSeconds
  if (received === null) return null
  const first = input.epochSeconds
  const last = Math.max(first, input.endEpochSeconds ?? first)
  const sent = input.sentAtSeconds ?? received - (last - first)
  const least = last - received
  // The host tells whole seconds: its first time was up to one later.
  const most = first + 1 - sent
  const skew = least > 0 ? least : most < 0 ? most : 0
  return Math.round(skew * 10) / 10
}

function runs(input: CollectorInput, name: string, pids: readonly string[]): boolean {
  const marks = [`/run/systemd/units/invocation:${name}.service`, ...pids]
  return marks.some((path) => input.paths.has(path))
}

function synchronized(input: CollectorInput): boolean | null {
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(input.stdout)?.[1]?.trim()
  if (leap !== undefined) return leap !== 'Not synchronised'
  if (/^synchronised to/m.test(input.stdout)) return true
  if (/^unsynchronised/m.test(input.stdout)) return false
  return input.paths.has('/run/systemd/timesync/synchronized') ? true : null
}

/** chrony.conf(5) and ntp.conf(5): `server`, `pool`, `peer`; timesyncd.conf(5): `NTP=`. */
function servers(input: CollectorInput): string[] {
  const found = readTexts(input, configs).flatMap(([path, text]) =>
    linesIn(text).flatMap((line) => {
      const direct = /^\s*(?:server|pool|peer)\s+(\S+)/.exec(line)?.[1]
      if (direct !== undefined) return [direct]
      const list = baseName(path) === 'timesyncd.conf' ? /^\s*NTP\s*=\s*(.+)$/.exec(line)?.[1] : undefined
      return list?.trim().split(/\s+/) ?? []
    }),
  )
  return [...new Set(found)].slice(0, 50)
}
