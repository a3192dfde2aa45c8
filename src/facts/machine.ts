import { FactGap } from '../model/collector.ts'

/**
 * Architecture, page size and the first block of /proc/cpuinfo, without a process on x86-64: a host with 128 processors would send 200 KB of /proc/cpuinfo.
 */
export const machineScript = `
read -r release </proc/sys/kernel/osrelease
case $release in
*.x86_64) echo 'arch x86_64'; echo 'page 4096' ;;
*) echo "arch $(uname -m)"; echo "page $(getconf PAGESIZE)" ;;
esac
while read -r line && [ -n "$line" ]; do printf 'cpu %s\\n' "$line"; done </proc/cpuinfo
exit 0`

export interface Machine {
  arch: string
  pageSizeBytes: number | null
  /** First block of /proc/cpuinfo. */
  cpu: ReadonlyMap<string, string>
}

/** Reads the script's output; throws a FactGap when the architecture is not told. */
export function parseMachine(stdout: string): Machine {
  const values = new Map<string, string>()
  const cpu = new Map<string, string>()
  for (const line of stdout.split('\n')) {
    const [, key, value] = /^(\w+) (.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    const [, name, content] = key === 'cpu' ? (/^([^:]*?)\s*:\s*(.*)$/.exec(value) ?? []) : []
    if (name !== undefined) cpu.set(name, content ?? '')
    else values.set(key, value.trim())
  }
  const arch = values.get('arch')
  if (arch === undefined || !/^\w+$/.test(arch)) throw new FactGap('failed', 'the architecture was not told')
  const page = Number(values.get('page'))
  return {
    arch,
    pageSizeBytes: Number.isSafeInteger(page) && page > 0 ? page : null,
    cpu,
  }
}
