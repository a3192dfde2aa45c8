import { globToRegExp, isPattern } from './glob.ts'
import { secretFunctions, secretRule } from './secret-hider.ts'

/**
 * The fixed parts of the script, in POSIX sh (dash, bash, busybox ash) and POSIX awk. The host's CPU decides how fast a
 * fleet is read, and every fork + exec costs 1.3 to 2 ms there. So there is no `timeout`, `head` or `$( )` a section:
 *
 * - ONE awk frames everything: it counts the bytes of a section before it prints them, so that the reader goes by
 *   length. When a section passes its cap, awk prints what it has, marks it cut and leaves; whatever floods gets
 *   SIGPIPE, and the driver starts again behind that section with a new awk. Cost without a flood: one process.
 * - ONE ticker (a `sleep` loop) wakes the driver by SIGALRM, which counts the seconds of the section it waits for.
 *   `timeout` would cost a process a section and would itself wait for ever for a program in uninterruptible sleep;
 *   the driver leaves such a program behind.
 * - A section or a `$( )` that ends in one command becomes it by `exec`: the shell forks once, not twice.
 * - No here-documents: bash writes them to a file in /tmp.
 * - bash reads a script from a pipe or a socket one byte a call: 7 ms for the set `full`. "loader" reads it at once.
 * - The nonce goes to awk over its stdin, never by argument or environment: /proc/PID/cmdline is for everyone to read.
 */

/**
 * The first line after `#!`: under bash, what comes over stdin is read by `cat` and then run. dash reads in blocks anyway (and
 * would have taken away what `cat` looks for); a script that is run as a file is left alone.
 */
export const loader = 'case ${BASH_VERSION:+$-} in *s*) eval "$(PATH=/usr/bin:/bin cat)"; exit ;; esac'

/** Most lines of one file that are read. */
export const maxLines = 20_000

/** A file of one line that every kernel has; read between two patterns, it keeps apart what both of them match. */
export const separator = '/proc/sys/kernel/ostype'

/**
 * Reads all files with one `grep`. Every line comes as PATH NUL LINE, so no content can pass for another file; grep's
 * complaints (no NUL in them) follow behind: mixed into the output they would cut lines in two.
 */
export function reader(files: readonly string[]): string {
  return [
    `set -- ${separated(files).join(' ')}`,
    'ulimit -v 524288',
    `read_all() { exec grep -aHZ -D skip -m ${maxLines} '' "$@"; }`,
    '# More matches than one command line holds: in portions.',
    `read_many() { printf '%s\\0' "$@" | xargs -0 grep -aHZ -D skip -m ${maxLines} ''; }`,
    'how=read_all',
    '[ $# -le 12000 ] || how=read_many',
    '{ complaints=$("$how" "$@" 2>&1 >&3); } 3>&1',
    `printf '%s\\n' "$complaints"`,
  ].join('\n')
}

/** Puts the separator before each pattern that may match a path of an earlier one. */
function separated(files: readonly string[]): string[] {
  return files.flatMap((file, index) => {
    const overlaps = isPattern(file) && files.slice(0, index).some((earlier) => mayOverlap(earlier, file))
    return overlaps ? [separator, file] : [file]
  })
}

/** True when both could match the same path; two patterns in one segment are taken to overlap. */
function mayOverlap(a: string, b: string): boolean {
  const left = a.split('/')
  const right = b.split('/')
  if (left.length !== right.length) return false
  return left.every((segment, index) => {
    const other = right[index] ?? ''
    if (isPattern(segment)) return isPattern(other) || globToRegExp(segment).test(other)
    return isPattern(other) ? globToRegExp(other).test(segment) : segment === other
  })
}

/**
 * Looks at paths with one `find`: kind, size, path and link target, by tabs. What find cannot reach is not there for
 * it; so without root the directories above are tested too: `!` may not be searched, `-` may not be listed.
 */
export function lister(paths: readonly string[]): string {
  const format = String.raw`%y\t%s\t%p\t%l\n`
  return [
    `wanted='${paths.join(' ')}'`,
    'set -- $wanted',
    `look() { find "$@" -maxdepth 0 -printf '${format}'; }`,
    `[ "$uid" != 0 ] || [ $# -gt 12000 ] || exec find "$@" -maxdepth 0 -printf '${format}'`,
    `look_many() { printf '%s\\0' "$@" | xargs -0 sh -c 'find "$@" -maxdepth 0 -printf "${format}"' look; }`,
    'if [ $# -gt 12000 ]; then look_many "$@"; else look "$@"; fi',
    'code=$?',
    '[ "$uid" != 0 ] || return $code',
    findHidden,
    'return $code',
  ].join('\n')
}

/** Shell builtins only; /proc and /sys are for everyone to list. */
const findHidden = String.raw`set -f
set -- $wanted
set +f
seen=' '
for path; do
  case $path in /proc/* | /sys/*) continue ;; esac
  while :; do
    name=${'$'}{path##*/}
    path=${'$'}{path%/*}
    [ -n "$path" ] || break
    case $name in *[*?[]*) list=yes ;; *) list= ;; esac
    case $seen in *" $list$path "*) break ;; esac
    seen="$seen$list$path "
    for each in $path; do
      [ -d "$each" ] || continue
      if [ ! -x "$each" ]; then printf '!\t0\t%s\t\n' "$each"
      elif [ -n "$list" ] && [ ! -r "$each" ]; then printf '%s\t0\t%s\t\n' - "$each"
      fi
    done
  done
done`

/** The awk that frames, and hides secrets; it must not contain a single quote. Exit: 0 done, 10 + n section n was cut, else broken. */
export const framer = String.raw`
function frame(rc, cut) {
  printf "OSFERRY %s section %s %s %s %d\n", nonce, id, rc, cut, bytes
  for (i = 0; i < lines; i++) print line[i]
  print ""
  id = ""
}
NR == 1 { nonce = $0; mark = "@" nonce " "; width = length(mark); next }
substr($0, 1, width) == mark {
  split(substr($0, width + 1), word, " ")
  forget()
  if (word[1] == "begin") { id = word[2]; number = word[3]; cap = word[4]; lines = 0; bytes = 0; next }
  if (word[1] == "end" && id != "") {
    # The marks come on a line of their own: its line feed is not the output of the section.
    if (lines > 0 && line[lines - 1] == "") { lines--; bytes-- }
    frame(word[2], word[3])
  }
  if (word[1] == "last") { code = 0; finished = 1; exit 0 }
  next
}
id == "" { next }
# Secrets stay on the host.
${secretRule}
{
  bytes += length($0) + 1
  if (bytes > cap) { bytes -= length($0) + 1; frame(0, "bytes"); code = 10 + number; finished = 1; exit code }
  line[lines++] = $0
}
END { if (!finished) exit 9; exit code }
${secretFunctions}`

/** Runs the sections; see the head of this file. */
export const driver = String.raw`
run() {
  # number id seconds bytes
  tries=0
  while [ "$tries" -lt 8 ]; do
    tries=$((tries + 1))
    printf '\n@%s begin %s %s %s\n' "$nonce" "$2" "$1" "$4"
    cut=- left=$3
    "s$1" &
    job=$!
    while :; do
      wait "$job"
      rc=$?
      [ "$rc" -eq 142 ] || break 2
      # bash leaves waitpid by a jump: a job that ends while the alarm comes may be gone with its status. Once more.
      there "$job" || break
      left=$((left - tick))
      [ "$left" -gt 0 ] || { slay "$job"; rc=124 cut=timeout; break 2; }
    done
    rc=lost
  done
  # Without an end mark the section counts as lost.
  [ "$rc" = lost ] || printf '\n@%s end %s %s\n' "$nonce" "$rc" "$cut"
}
ours() {
  # pid parent
  # A process id may belong to somebody else by now: only our own child is waited for, and only it is ever ended.
  # An alarm may interrupt the first read of dash.
  { read -r entry <"/proc/$1/stat"; } || { read -r entry <"/proc/$1/stat"; } || return 1
  entry=${'$'}{entry##*) }
  entry=${'$'}{entry#* }
  [ "${'$'}{entry%% *}" = "$2" ]
}
there() {
  # A ticker that is not ours either: /proc tells nothing here (another one is mounted there), the kernel is asked itself.
  ours "$1" "$self" || { ! ours "$ticker" "$self" && kill -0 "$1"; }
}
slay() {
  # Stops the process, then ends its children, then itself.
  kill -STOP "$1"
  # Where /proc does not show our own ticker its numbers are those of others.
  if ours "$ticker" "$self"; then
    for stat in /proc/[0-9]*/stat; do
      { read -r entry <"$stat"; } || continue
      rest=${'$'}{entry##*) ? }
      [ "${'$'}{rest%% *}" != "$1" ] || slay "${'$'}{entry%% *}"
    done
  fi
  kill -KILL "$1"
}
ticking() {
  # from to: the sections, with a tick every few seconds: most hosts are done before the first one
  tick=3
  printf '%s\n' "$nonce"
  trap : ALRM
  read -r self rest </proc/self/stat
  (
    # No process stays behind on the host.
    nap= rest=
    read -r me rest </proc/self/stat
    trap 'ours "$nap" "$me" && kill "$nap"; exit' TERM
    while sleep "$tick" & nap=$!; wait "$nap"; do
      # An orphan's parent is another process: nobody else gets the alarm.
      read -r me rest </proc/self/stat
      rest=${'$'}{rest##*) ? }
      [ "${'$'}{rest%% *}" = "$self" ] && kill -ALRM "$self" || exit
    done
  ) >/dev/null 2>&1 &
  ticker=$!
  sections "$1" "$2"
  ours "$ticker" "$self" && kill "$ticker"
  printf '\n@%s last\n' "$nonce"
}
framed() {
  ulimit -v 524288
  exec awk "$framer"
}
main() {
  # By exec: a redirection of main alone would leave copies of stdin and stderr in what outlives it, and sshd would wait.
  exec </dev/null 2>/dev/null
  LC_ALL=C LANG=C PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
  export LC_ALL LANG PATH
  unset CDPATH ENV BASH_ENV GREP_OPTIONS POSIXLY_CORRECT LD_PRELOAD
  IFS=' 	
'
  umask 077
  cd /
  uid= host= epoch=
  { read -r stat </proc/self/stat; read -r host </proc/sys/kernel/hostname; }
  set -- $stat
  # Field 19 is the nice value.
  [ "${'$'}{19}" != 0 ] || renice -n 5 -p $$ >/dev/null
  while read -r key value rest; do [ "$key" != Uid: ] || { uid=$value; break; }; done </proc/self/status
  case $host in *[!A-Za-z0-9._-]*) host= ;; esac
  now
  head="version=$version
set=$set
host=$host
epoch=$epoch
uid=$uid
sudo=${'$'}{SUDO_UID:+yes}"
  printf 'OSFERRY %s head - 0 - %s\n%s\n' "$nonce" "${'$'}{#head}" "$head"
  from=0
  while :; do
    ticking "$from" "$count" | (framed)
    code=$?
    [ "$code" -ge 10 ] || break
    from=$((code - 10))
  done
  if [ "$code" -ne 0 ]; then
    # The framer itself broke (one endless line): every section gets its own, and the reader takes the first of each.
    from=0
    while [ "$from" -lt "$count" ]; do
      ticking "$from" $((from + 1)) | (framed)
      from=$((from + 1))
    done
  fi
  now
  tail="epoch=$epoch"
  printf 'OSFERRY %s end - 0 - %s\n%s\n' "$nonce" "${'$'}{#tail}" "$tail"
}
now() {
  if [ -n "$BASH_VERSION" ]; then printf -v epoch '%(%s)T' -1; else epoch=$(date +%s); fi
}
`
