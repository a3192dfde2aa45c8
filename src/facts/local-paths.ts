import { defineCollector, FactGap } from '../model/collector.ts'
import type { LocalPaths } from '../model/facts-storage.ts'
import { linesOf, parseMarked } from './marked.ts'
import { parseMounts } from './mount-table.ts'

const limit = 500

const script = `
set --
for path in /opt/* /opt/.[!.]* /usr/local/*/* /usr/local/*/.[!.]* /srv/* /*; do
  case $path in
  */'*' | */.'[!.]*' | /opt/rh) continue ;;
  /bin | /boot | /dev | /etc | /home | /lib | /lib64 | /lost+found | /media | /mnt | /opt | /proc | /root) continue ;;
  /run | /sbin | /srv | /sys | /tmp | /usr | /var | /afs) continue ;;
  esac
  set -- "$@" "$path"
  [ $# -le ${limit} ] || { printf '\\036truncated\\n'; break; }
done
[ $# -gt 0 ] || exit 0
printf '\\036paths\\n'
for path; do
  if [ -L "$path" ]; then kind=link; elif [ -d "$path" ]; then kind=directory; else kind=file; fi
  printf '%s %s\\n' $kind "$path"
done
command -v rpm >/dev/null || { printf '\\036no rpm\\n'; exit 0; }
printf '\\036owners\\n'
rpm -qf --nodigest --nosignature --qf '%{NAME}\\n' "$@"
exit 0`

/** What lies in /opt, /usr/local, /srv and at the top, and who owns it; with one query of the package database. */
export const localPaths = defineCollector({
  fact: 'localPaths',
  set: 'full',
  command: "ls -d /opt/* /usr/local/*/* /srv/* /*; rpm -qf --qf '%{NAME}\\n' PATH...",
  files: ['/proc/mounts'],
  script,
  timeoutMs: 20_000,
  parse(input) {
    const parts = parseMarked(input.stdout)
    if (input.exitCode !== 0) throw new FactGap('failed', `the listing ended with status ${input.exitCode}`)
    const mounted = new Set(parseMounts(input.text('/proc/mounts') ?? '').map(({ target }) => target))
    const rows = linesOf(parts, 'paths').flatMap((line) => {
      const [, kind, path] = /^(link|directory|file) (\/.*)$/.exec(line) ?? []
      return kind === undefined || path === undefined ? [] : [{ kind, path }]
    })
    const owners = ownersOf(
      rows.map(({ path }) => path),
      linesOf(parts, 'owners'),
    )
    const entries = rows
      .map(({ kind, path }): LocalPaths['entries'][number] => ({
        path,
        kind: mounted.has(path) ? 'mount' : (kind as 'link' | 'directory' | 'file'),
        package: owners.get(path) ?? null,
      }))
      // The empty tree below /usr/local belongs to every installation.
      .filter((entry) => entry.package !== 'filesystem')
    const value = { entries: entries.slice(0, limit), truncated: parts.has('truncated') }
    return parts.has('no rpm') ? { value, degraded: 'no rpm: the owning packages are not known' } : value
  },
})

/**
 * rpm answers in the order of the paths, with a line for each owner; only lines about unowned paths name the path. So
 * the lines between two of those belong to the paths between them: one each, or all are named where that does not fit.
 */
function ownersOf(paths: readonly string[], lines: readonly string[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  let waiting: string[] = []
  let index = 0
  const settle = (until: number): void => {
    const names = lines.slice(index, until)
    const fits = names.length === waiting.length
    const any = [...new Set(names)].slice(0, 3).join(' or ') || 'unknown'
    for (const [at, path] of waiting.entries()) owners.set(path, fits ? (names[at] ?? any) : any)
    waiting = []
    index = until + 1
  }
  for (const path of paths) {
    const at = lines.findIndex((line, position) => position >= index && isUnowned(line, path))
    if (at >= 0) settle(at)
    else waiting.push(path)
  }
  if (lines.length > 0) settle(lines.length)
  return owners
}

function isUnowned(line: string, path: string): boolean {
  return line === `file ${path} is not owned by any package` || line.startsWith(`error: file ${path}: `)
}
