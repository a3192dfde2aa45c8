import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Sysctl } from '../model/facts-kernel.ts'
import { baseName, linesIn, noteDenied, readTexts } from './values.ts'

/** Directories of sysctl.d(5); an earlier one hides files of the same name in a later one. */
const directories = ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map((root) => `${root}/sysctl.d/*.conf`)
const files = [...directories, '/etc/sysctl.conf']

/** What Kubernetes and its workloads depend on, whether a file sets it or not. */
const wanted = [
  'net/ipv4/ip_forward net/ipv4/conf/all/forwarding net/ipv6/conf/all/forwarding net/ipv6/conf/all/disable_ipv6',
  'net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables net/netfilter/nf_conntrack_max',
  'net/core/somaxconn net/ipv4/tcp_tw_recycle net/ipv4/conf/all/rp_filter fs/may_detach_mounts fs/file-max',
  'fs/inotify/max_user_watches fs/inotify/max_user_instances user/max_user_namespaces kernel/pid_max',
  'kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes',
  'vm/overcommit_memory vm/panic_on_oom vm/swappiness vm/max_map_count',
]

const script = `
cd /proc/sys || exit 1
set -- ${wanted.join(' \\\n')}
keys() { [ $# -eq 0 ] || awk '
/^[ \\t]*[#;]/ || !/=/ { next }
{
  line = $0
  sub(/^[ \\t]*-?[ \\t]*/, "", line)
  sub(/[ \\t]*=.*$/, "", line)
  if (line !~ /^[A-Za-z0-9_.\\/*?@:+-]+$/ || line ~ /\\.\\.|\\/\\/|^\\/|secret|fastopen_key/) next
  # sysctl.d(5): the first separator says which of . and / separates.
  if (match(line, /[.\\/]/) && substr(line, RSTART, 1) == ".") {
    gsub(/\\//, "\\001", line)
    gsub(/\\./, "/", line)
    gsub(/\\001/, ".", line)
  }
  print line
}' "$@"; }
# mawk stops at a file that is missing.
readable=
for file in ${files.join(' ')}; do [ ! -r "$file" ] || readable="$readable $file"; done
# The shell expands the globs of keys (net.ipv4.conf.*.rp_filter).
names=$(keys $readable)
[ "$names" = "" ] || set -- "$@" $names
grep -aHsZ '' "$@"
for name; do [ -e "$name" ] || printf 'missing %s\\n' "$name"; done
exit 0`

/** Live values of what files set and Kubernetes needs, and the files themselves. */
export const sysctl = defineCollector({
  fact: 'sysctl',
  set: 'full',
  command: 'cat /etc/sysctl.conf /etc/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; sysctl KEY...',
  files,
  script,
  parse(input) {
    const set = settings(input)
    const live: Record<string, string> = {}
    const absent = new Set<string>()
    for (const line of linesIn(input.stdout)) {
      const at = line.indexOf('\0')
      if (at > 0)
        live[keyOf(line.slice(0, at))] = line
          .slice(at + 1)
          .replace(/\t/g, ' ')
          .trim()
      else if (line.startsWith('missing ')) absent.add(keyOf(line.slice('missing '.length)))
    }
    const missing = [...new Set(set.map(({ key }) => key))].filter(
      (key) => absent.has(key) && !/[*?[]/.test(key),
    )
    return noteDenied(
      input,
      [...input.files.keys()].filter((path) => path.includes('sysctl')),
      {
        live,
        files: set,
        missing,
      },
    )
  },
})

/** In the order in which systemd-sysctl applies them: by file name over all directories. */
function settings(input: CollectorInput): Sysctl['files'] {
  const byName = new Map<string, [string, string]>()
  for (const [path, text] of readTexts(input, directories)) {
    if (!byName.has(baseName(path))) byName.set(baseName(path), [path, text])
  }
  // /etc/sysctl.d/99-sysctl.conf is a link to /etc/sysctl.conf on CentOS.
  if (!byName.has('99-sysctl.conf')) {
    for (const row of readTexts(input, ['/etc/sysctl.conf'])) byName.set('~sysctl.conf', row)
  }
  const ordered = [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  const all = ordered.flatMap(([file, text]) =>
    linesIn(text).flatMap((line) => {
      const [, key, value] = /^\s*-?\s*([^#;\s=][^=\s]*)\s*=\s*(.*)$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [{ file, key: dotted(key), value: value.trim() }]
    }),
  )
  return [...input.atMost(all, 2000, 'settings')]
}

/** `net/ipv4/conf/eth0.100/x` -> `net.ipv4.conf.eth0/100.x`. */
function keyOf(path: string): string {
  return path
    .split('/')
    .map((segment) => segment.replace(/\./g, '/'))
    .join('.')
}

function dotted(key: string): string {
  return /^[^.]*\//.test(key) ? keyOf(key) : key
}
