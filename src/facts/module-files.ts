import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { ModuleFiles, ModuleOrigin } from '../model/facts-kernel.ts'
import { linesOf, parseMarked } from './marked.ts'
import { baseName, linesIn } from './values.ts'

/** Out-of-tree modules that are described. */
const limit = 100

/** Of one module; a kernel exports about 20,000. */
const symbolLimit = 3000

/**
 * Loaded modules and everything out of tree by modules.dep; details only for what is out of tree, with one modinfo and
 * one `rpm -qf` for all. kmod reads the version table of compressed modules too (`modprobe --dump-modversions`).
 */
const script = `
read -r release </proc/sys/kernel/osrelease
directory=/lib/modules/$release
printf '\\036directory\\n%s\\n' "$directory"
[ -r "$directory/modules.dep" ] || { printf '\\036none\\n'; exit 0; }
loaded=/proc/modules
[ -r $loaded ] || loaded=/dev/null
found=$(awk -v dep="$directory/modules.dep" '
FILENAME != dep { loaded[$1] = 1; next }
{
  path = $1
  sub(/:$/, "", path)
  name = path
  sub(/.*\\//, "", name)
  sub(/\\.ko.*$/, "", name)
  gsub(/-/, "_", name)
  if (name in loaded || path !~ /^kernel\\//) print path
}' $loaded "$directory/modules.dep")
printf '\\036files\\n%s\\n' "$found"
set --
for path in $found; do
  case $path in
  kernel/*) ;;
  /*) set -- "$@" "$path" ;;
  *) set -- "$@" "$directory/$path" ;;
  esac
  [ $# -lt ${limit} ] || break
done
[ $# -gt 0 ] || exit 0
printf '\\036modinfo\\n'
modinfo "$@"
printf '\\036real\\n'
readlink -f "$@"
printf '\\036owners\\n'
rpm -qf --nodigest --nosignature --qf '%{NAME}-%{VERSION}-%{RELEASE}\\n' $(readlink -f "$@")
for path; do
  printf '\\036symbols %s\\n' "$path"
  modprobe --dump-modversions "$path" | head -n ${symbolLimit + 1}
done
exit 0`

/** Where the loaded modules' files lie, and what out-of-tree modules need of the kernel. */
export const moduleFiles = defineCollector({
  fact: 'moduleFiles',
  set: 'full',
  command: 'cat /proc/modules /lib/modules/$(uname -r)/modules.dep; modinfo; modprobe --dump-modversions',
  files: ['/proc/modules'],
  script,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse(input) {
    const loaded = linesIn(input.text('/proc/modules')).map((line) => line.split(' ', 1)[0] ?? '')
    const parts = parseMarked(input.stdout)
    if (parts.has('none')) {
      if (loaded.length === 0) return { files: [], outOfTree: [], withoutFile: [] }
      throw new FactGap('failed', 'the running kernel has no modules.dep')
    }
    const directory = linesOf(parts, 'directory')[0]
    if (directory === undefined) throw new FactGap('failed', 'the script told no module directory')
    const files = linesOf(parts, 'files').map((path) => {
      const whole = path.startsWith('/') ? path : `${directory}/${path}`
      return { name: moduleName(path), path: whole, origin: originOf(path, directory) }
    })
    const names = new Set(files.map(({ name }) => name))
    const value = {
      files,
      outOfTree: outOfTree(files, parts, input),
      withoutFile: loaded.filter((name) => !names.has(name.replace(/-/g, '_'))),
    }
    const foreign = files.filter(({ origin }) => origin !== 'in-tree').length
    if (foreign <= limit) return value
    return { value, degraded: `only ${limit} of ${foreign} out-of-tree modules are described` }
  },
})

type Parts = ReadonlyMap<string, readonly string[]>

function outOfTree(
  files: ModuleFiles['files'],
  parts: Parts,
  input: CollectorInput,
): ModuleFiles['outOfTree'] {
  const foreign = files.filter(({ origin }) => origin !== 'in-tree').slice(0, limit)
  const infos = modinfoRecords(linesOf(parts, 'modinfo'))
  const owners = linesOf(parts, 'owners')
  // One line a file, unless a file has several owners: then nothing is said rather than something wrong.
  const ownersFit = owners.length === foreign.length
  return foreign.map(({ name, path, origin }, index) => {
    const info = infos.get(path)
    const owner = ownersFit ? owners[index] : undefined
    return {
      name,
      path,
      origin,
      version: info?.get('version') ?? null,
      license: info?.get('license') ?? null,
      signer: info?.get('signer') ?? null,
      vermagic: info?.get('vermagic') ?? null,
      package: owner !== undefined && /^\S+$/.test(owner) ? owner : null,
      symbols: symbolsOf(input.atMost(linesOf(parts, `symbols ${path}`), symbolLimit, `symbols of ${name}`)),
    }
  })
}

/** modinfo prints `key:  value` lines; `filename:` opens a record. */
function modinfoRecords(lines: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const records = new Map<string, Map<string, string>>()
  let current = new Map<string, string>()
  for (const line of lines) {
    const [, key, value] = /^([\w-]+):\s+(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    if (key === 'filename') {
      current = new Map()
      records.set(value.trim(), current)
    } else if (!current.has(key)) {
      current.set(key, value.trim())
    }
  }
  return records
}

/** `0x1234abcd<TAB>symbol`; nothing at all means that the table could not be read. */
function symbolsOf(lines: readonly string[]): ModuleFiles['outOfTree'][number]['symbols'] {
  const symbols = lines.flatMap((line) => {
    const [, crc, name] = /^0x([0-9a-f]{1,16})\s+(\w+)$/i.exec(line) ?? []
    return crc === undefined || name === undefined
      ? []
      : [{ name, crc: `0x${crc.toLowerCase().padStart(8, '0')}` }]
  })
  return symbols.length === 0 ? null : symbols
}

function moduleName(path: string): string {
  return baseName(path)
    .replace(/\.ko(\.(xz|gz|zst))?$/, '')
    .replace(/-/g, '_')
}

function originOf(path: string, directory: string): ModuleOrigin {
  const inside = path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path
  if (inside.startsWith('kernel/')) return 'in-tree'
  if (/^(updates|extra)\/dkms\//.test(inside)) return 'dkms'
  if (inside.startsWith('extra/')) return 'extra'
  if (inside.startsWith('updates/')) return 'updates'
  return inside.startsWith('weak-updates/') ? 'weak-updates' : 'other'
}
