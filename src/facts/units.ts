import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Units } from '../model/facts-services.ts'
import { linesOf, parseMarked } from './marked.ts'
import { enabledOnDisk, localUnitFiles, parseLoadedUnits, unitName } from './unit-files.ts'

const kinds = '*.service *.socket *.timer *.path *.mount'

/**
 * Only a running systemd is asked, as sd_booted(3) knows it. The vendor's unit files are listed by the shell itself;
 * which of them can be enabled at all is asked only when systemd does not say it. Loaded mount units are not listed: the kubelet
 * makes one a volume.
 */
const script = `printf '\\036vendor\\n'
cd /usr/lib/systemd/system 2>/dev/null && printf '%s\\n' ${kinds}
printf '\\036local vendor\\n'
cd /usr/local/lib/systemd/system 2>/dev/null && printf '%s\\n' ${kinds}
cd /
if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
  printf '\\036units\\n'
  systemctl list-units --all --plain --full --no-legend --no-pager --type=service,socket,timer,path 2>/dev/null
  printf '\\036unit files\\n'
  systemctl list-unit-files --full --no-legend --no-pager --type=service,socket,timer,path,mount 2>/dev/null
  silent=$?
else
  silent=1
fi
[ $silent -eq 0 ] || printf '\\036silent\\n'
printf '\\036installable\\n'
if [ $silent -ne 0 ]; then
  grep -ls '^\\[Install]' /usr/lib/systemd/system/*.service /usr/lib/systemd/system/*.socket /usr/lib/systemd/system/*.timer /etc/systemd/system/*.service /etc/systemd/system/*.timer /etc/systemd/system/*.mount
fi
exit 0
`

/** Services, sockets, timers, paths, and mounts with a unit file: enabled, running, and who made the file. */
export const units = defineCollector({
  fact: 'units',
  set: 'basic',
  command: 'systemctl list-units --all; systemctl list-unit-files',
  timeoutMs: 20_000,
  script,
  paths: [
    '/etc/systemd/system/*.service',
    '/etc/systemd/system/*.socket',
    '/etc/systemd/system/*.timer',
    '/etc/systemd/system/*.path',
    '/etc/systemd/system/*.mount',
    '/run/systemd/system/*.service',
    '/run/systemd/generator*/*.service',
    '/etc/systemd/system/*.wants/*',
    '/etc/systemd/system/*.requires/*',
  ],
  parse(input) {
    const parts = parseMarked(input.stdout)
    const loaded = parseLoadedUnits(linesOf(parts, 'units'))
    const files = new Map<string, UnitFile>([
      ...vendorFiles(linesOf(parts, 'vendor'), '/usr/lib/systemd/system'),
      ...vendorFiles(linesOf(parts, 'local vendor'), '/usr/local/lib/systemd/system'),
      ...localUnitFiles(input),
    ])
    const told = unitFileStates(linesOf(parts, 'unit files'))
    if (files.size === 0 && loaded.size === 0 && told.size === 0) {
      throw new FactGap('command-missing', 'no systemd: neither systemctl nor a unit file was found')
    }
    // What a generator made out of /etc/fstab has no file of its own.
    for (const name of told.keys()) if (name.endsWith('.mount') && !files.has(name)) told.delete(name)
    const states = told.size > 0 ? told : statesOnDisk(input, files, linesOf(parts, 'installable'))
    const names = [...new Set([...states.keys(), ...loaded.keys(), ...files.keys()])].sort()
    const live = loaded.size > 0
    const value: Units = { units: names.map((name) => unitOf(name, { states, loaded, files })), live }
    const remark = remarkOf({ live, isTold: told.size > 0 && !parts.has('silent') })
    return remark === null ? value : { value, degraded: remark }
  },
})

/** What systemd kept to itself; null when it told all. */
function remarkOf({ live, isTold }: { live: boolean; isTold: boolean }): string | null {
  if (!live) return 'systemd did not answer: states come from the unit files on disk'
  return isTold ? null : 'systemd did not list its unit files: what is enabled comes from links on disk'
}

type Unit = Units['units'][number]
type UnitFile = Pick<Unit, 'path' | 'origin'>

interface Sources {
  states: ReadonlyMap<string, string>
  loaded: ReadonlyMap<string, { active: string; sub: string }>
  files: ReadonlyMap<string, UnitFile>
}

function unitOf(name: string, { states, loaded, files }: Sources): Unit {
  const template = name.replace(/@[^@]+(\.\w+)$/, '@$1')
  const file = files.get(name) ?? files.get(template)
  const state = loaded.get(name)
  return {
    name,
    enabled: states.get(name) ?? null,
    active: state?.active ?? null,
    sub: state?.sub ?? null,
    path: file?.path ?? null,
    origin: file?.origin ?? 'unknown',
  }
}

function vendorFiles(names: readonly string[], directory: string): [string, UnitFile][] {
  return names
    .filter((name) => unitName.test(name))
    .map((name) => [name, { path: `${directory}/${name}`, origin: 'vendor' }])
}

/** `sshd.service  enabled  disabled`: the third column, the preset, came with later versions. */
function unitFileStates(lines: readonly string[]): Map<string, string> {
  const states = new Map<string, string>()
  for (const line of lines) {
    const [name, state] = line.trim().split(/\s+/)
    if (name !== undefined && state !== undefined && unitName.test(name) && /^[a-z-]+$/.test(state)) {
      states.set(name, state)
    }
  }
  return states
}

/** What `systemctl is-enabled` would say, from links and [Install] sections alone. */
function statesOnDisk(
  input: CollectorInput,
  files: ReadonlyMap<string, UnitFile>,
  installable: readonly string[],
): Map<string, string> {
  const enabled = enabledOnDisk(input)
  const canBeEnabled = new Set(installable)
  const states = new Map<string, string>()
  for (const [name, { path }] of files) {
    const link = input.paths.get(`/etc/systemd/system/${name}`)
    const rest = path !== null && canBeEnabled.has(path) ? 'disabled' : 'static'
    states.set(name, link?.target === '/dev/null' ? 'masked' : enabled.has(name) ? 'enabled' : rest)
  }
  for (const name of enabled) if (!states.has(name)) states.set(name, 'enabled')
  return states
}
