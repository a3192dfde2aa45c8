import { defineCollector, FactGap } from '../model/collector.ts'
import type { LocalPaths } from '../model/facts-storage.ts'
import { linesOf, namesOf, parseMarked } from './marked.ts'
import { parseMounts, unescapeOctal } from './mount-table.ts'

const limit = 500

/** Entries of one of the searched directories that are looked at; the rest is said to be cut. */
const searchLimit = 150

/**
 * Where people and programs keep data: of these only what is not of the distribution counts. Docker's volumes lie deeper
 * than its other state, which is made anew.
 */
const searched = [
  '/root',
  '/mnt',
  '/home',
  '/var',
  '/var/lib',
  '/var/local',
  '/var/opt',
  '/var/ftp',
  '/var/www',
  '/var/lib/docker/volumes',
]

/**
 * Mount points are named by the kernel and not looked at: a dead file server would hold up whoever does. Of a home
 * only is told whether something beside dot files lies there, of /root the names of such entries.
 */
const script = `
mounted=' ' remote=' '
while read -r source target type rest; do
  mounted="$mounted$target "
  case $type in nfs* | cifs | smb3 | autofs | fuse* | ceph | glusterfs | lustre | gpfs | 9p) remote="$remote$target " ;; esac
done </proc/mounts
is_mounted() { case $mounted in *" $1 "*) return 0 ;; esac; return 1; }
is_remote() { case $remote in *" $1 "*) return 0 ;; esac; return 1; }
set -- /opt/* /opt/.[!.]* /usr/local/*/* /usr/local/*/.[!.]* /srv/* /*
for directory in ${searched.join(' ')}; do
  is_remote $directory && continue
  parent=\${directory%/*}
  if [ -d "$parent" ] && [ ! -x "$parent" ]; then printf '\\036denied %s\\n' "$parent"; continue; fi
  [ -d $directory ] || continue
  if [ ! -r $directory ] || [ ! -x $directory ]; then printf '\\036denied %s\\n' $directory; continue; fi
  count=0
  for path in $directory/*; do
    [ "$path" != "$directory/*" ] || continue
    case $path in
    /root/anaconda-ks.cfg | /root/original-ks.cfg | /root/initial-setup-ks.cfg) continue ;;
    /var/account | /var/adm | /var/cache | /var/crash | /var/db | /var/empty | /var/ftp | /var/games | /var/gopher) continue ;;
    /var/kerberos | /var/lib | /var/local | /var/lock | /var/log | /var/mail | /var/nis | /var/opt | /var/preserve) continue ;;
    /var/run | /var/spool | /var/tmp | /var/www | /var/yp) continue ;;
    /var/local/* | /var/opt/* | /var/ftp/* | /var/www/*) ;;
    # A mount is asked nothing: its server may be dead.
    /var/*) is_mounted "$path" || { [ -d "$path" ] && [ ! -L "$path" ]; } || continue ;;
    esac
    count=$((count + 1))
    [ $count -le ${searchLimit} ] || { printf '\\036truncated\\n'; break; }
    if [ $directory = /home ] && ! is_mounted "$path" && [ -d "$path" ]; then
      if [ ! -r "$path" ] || [ ! -x "$path" ]; then printf '\\036denied %s\\n' "$path"; continue; fi
      for inside in "$path"/*; do break; done
      [ "$inside" != "$path/*" ] || continue
    fi
    set -- "$@" "$path"
  done
done
kept=0 all=$#
while [ "$all" -gt 0 ]; do
  path=$1
  shift
  all=$((all - 1))
  case $path in
  */'*' | */'.[!.]*' | /opt/rh) continue ;;
  /bin | /boot | /dev | /etc | /home | /lib | /lib64 | /lost+found | /media | /mnt | /opt | /proc | /root) continue ;;
  /run | /sbin | /srv | /sys | /tmp | /usr | /var | /afs) continue ;;
  esac
  if is_mounted "$path"; then printf '\\036mounted %s\\n' "$path"; continue; fi
  kept=$((kept + 1))
  [ $kept -le ${limit} ] || { printf '\\036truncated\\n'; shift "$all"; break; }
  set -- "$@" "$path"
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

/** What lies in /opt, /usr/local, /srv, homes, /mnt, /var and at the top, and who owns it; with one query of the package database. */
export const localPaths = defineCollector({
  fact: 'localPaths',
  set: 'full',
  command:
    "ls -d /opt/* /usr/local/*/* /srv/* /home/* /root/* /mnt/* /var/* /var/lib/* /*; rpm -qf --qf '%{NAME}\\n' PATH...",
  files: ['/proc/mounts'],
  script,
  timeoutMs: 20_000,
  parse(input) {
    const parts = parseMarked(input.stdout)
    if (input.exitCode !== 0) throw new FactGap('failed', `the listing ended with status ${input.exitCode}`)
    const mounted = new Set(parseMounts(input.text('/proc/mounts') ?? '').map(({ target }) => target))
    const mounts = namesOf(parts, 'mounted ').map((path) => ({ kind: 'mount', path: unescapeOctal(path) }))
    const rows = linesOf(parts, 'paths').flatMap((line) => {
      const [, kind, path] = /^(link|directory|file) (\/.*)$/.exec(line) ?? []
      return kind === undefined || path === undefined ? [] : [{ kind, path }]
    })
    const owners = ownersOf(
      rows.map(({ path }) => path),
      linesOf(parts, 'owners'),
    )
    const entries = [...rows, ...mounts]
      .map(({ kind, path }): Entry => ({
        path,
        kind: mounted.has(path) ? 'mount' : (kind as Kind),
        package: owners.get(path) ?? null,
      }))
      // The empty tree below /usr/local belongs to every installation.
      .filter((entry) => entry.package !== 'filesystem')
    const value = {
      entries: entries.slice(0, limit),
      truncated: parts.has('truncated') || entries.length > limit,
    }
    const denied = namesOf(parts, 'denied ')
    const notes = [
      ...(parts.has('no rpm') ? ['no rpm: the owning packages are not known'] : []),
      ...(denied.length > 0 ? [`not allowed to look into ${denied.slice(0, 3).join(', ')}`] : []),
    ]
    return notes.length === 0 ? value : { value, degraded: notes.join('; ') }
  },
})

type Entry = LocalPaths['entries'][number]
type Kind = Entry['kind']

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
