/**
 * What runs on hosts, for the bash of CentOS 8 (4.4). Arguments come as words, never as text of the script. Every line for us
 * begins with a nonce; `pipe-report.ts` reads those of stderr.
 */

/**
 * Arguments: nonce, path, marker. Prints what is there and which tools can be used, `NONCE KEY=VALUE` a line. Mounts are read
 * from the kernel: tar --one-file-system packs an empty directory in their place, and says so only with --verbose. The file system
 * of a path that is not there is that of the nearest directory above it.
 */
export const lookScript = `
export LC_ALL=C
nonce=$1 path=$2 marker=$3
tell() { printf '%s %s=%s\\n' "$nonce" "$1" "$2"; }
if [ -d "$path" ]; then tell kind directory; elif [ -e "$path" ] || [ -L "$path" ]; then tell kind other; else tell kind none; fi
real=$(realpath -m -- "$path" && printf x)
if [ "$real" = "$path"$'\\n'x ]; then tell straight yes; else tell real "$(printf %q "\${real%?x}")"; fi
there=\${real%?x}
while [ ! -e "$there" ] && [ -n "$there" ]; do there=\${there%/*}; done
tell system "$(stat -f -c %T -- "\${there:-/}")"
holds() { [ -d "$1" ] && [ -n "$(ls -AU --ignore="$2" -- "$1" | head -c 1)" ]; }
if holds "$path" lost+found || holds "$path/lost+found" ''; then tell empty no; else tell empty yes; fi
below=$(realpath -e -- "$path" 2>/dev/null)/
[ "$below" != // ] || below=/
mounts=0
while read -r _ _ _ _ at _; do
  printf -v at %b "$at"
  case $at in "$below"?*) mounts=$((mounts + 1)) && [ "$mounts" -gt 20 ] || tell mount "$(printf %q "$at")" ;; esac
done </proc/self/mountinfo
tell mounts "$mounts"
[ ! -f "$marker" ] || tell begun "$(head -c 600 -- "$marker")"
version=$(tar --version 2>/dev/null)
tell tar "\${version%%$'\\n'*}"
for tool in zstd gzip; do if type -P "$tool" >/dev/null; then tell has "$tool"; fi; done
for kept in acls xattrs selinux; do
  said=$(tar --create --file=- --format=posix --"$kept" --no-recursion --directory=/ . 2>&1 >/dev/null)
  case $said in *'not available'* | *'not supported'* | *nrecognized* | *'not found'*) ;; *) tell keeps "$kept" ;; esac
done
tell end yes
`

/**
 * Arguments: nonce, path, seconds. Counts what is in a directory and adds up when it has changed, as a TreeMark has it; no file is
 * read. `find` writes ten digits behind the point, of which the last is always 0.
 */
export const markScript = `
export LC_ALL=C
nonce=$1 path=$2 seconds=$3
tell() { printf '%s %s=%s\\n' "$nonce" "$1" "$2"; }
set -o pipefail
for tool in find timeout; do type -P "$tool" >/dev/null || tell lacks "$tool"; done
if [ ! -d "$path" ]; then tell there no; exit; fi
cd -- "$path" || exit
timeout "$seconds" find . -xdev -ignore_readdir_race '(' -type d -printf '%C@ 0\\n' ')' -o -printf '%C@ %s\\n' | {
  entries=0 bytes=0 sum=0 last=0
  while read -r changed size; do
    nanoseconds=10#\${changed%.*}\${changed:(-10):9}
    sum=$((sum + nanoseconds)) bytes=$((bytes + size)) entries=$((entries + 1))
    [ "$((nanoseconds > last))" = 0 ] || last=$((nanoseconds))
  done
  printf -v last %010d "$last"
  tell entries "$entries"
  tell bytes "$bytes"
  tell sum "$sum"
  tell last "\${last:0:-9}.\${last:(-9)}"
}
tell status "$?"
`

/** Arguments: nonce, path, seconds, seconds since 1970, how many. Names of what has changed since then, but directories. */
export const changedScript = `
export LC_ALL=C
nonce=$1 path=$2 seconds=$3 since=$4 most=$5
cd -- "$path" || exit
timeout "$seconds" find . -xdev -newerct "@$since" '!' -type d -printf '%P\\0' | while IFS= read -r -d '' name; do
  printf '%s name=%q\\n' "$nonce" "$name"
  most=$((most - 1))
  [ "$most" -gt 0 ] || break
done
printf '%s end=yes\\n' "$nonce"
`

/** Arguments: nonce, path, packer, options for tar. Writes the nonce on a line to stdout, then the packed archive. */
export const packScript = `
export LC_ALL=C
nonce=$1 path=$2 packer=$3
shift 3
say() { printf '%s %s %s\\n' "$nonce" "$1" "$2" >&2; }
pack() {
  case $packer in
    zstd) zstd -q -c -3 ;;
    gzip) gzip -c -1 ;;
    *) cat ;;
  esac
}
say begin 0
printf '%s\n' "$nonce"
{ tar --create --file=- "$@" --directory="$path" .; say tar "$?"; } | { pack; say pack "$?"; }
`

/**
 * Arguments: nonce, target, marker, id, packer, options for tar. Unpacks stdin into the target. The marker says that what is
 * in the target is an unfinished restore of this archive; it is written before anything else.
 */
export const unpackScript = `
export LC_ALL=C
umask 022
nonce=$1 target=$2 marker=$3 id=$4 packer=$5
shift 5
say() { printf '%s %s %s\\n' "$nonce" "$1" "$2" >&2; }
unpack() {
  case $packer in
    zstd) zstd -q -d -c ;;
    gzip) gzip -d -c ;;
    *) cat ;;
  esac
}
say begin 0
(umask 077 && mkdir -p -- "\${marker%/*}" && printf '%s\\n' "$id" >"$marker" && sync -- "$marker") && mkdir -p -- "$target"
status=$?
say prepare "$status"
[ "$status" = 0 ] || exit 1
{ unpack; say unpack "$?"; } | { tar --extract --file=- "$@" --directory="$target"; say tar "$?"; }
sync -f -- "$target"
say sync "$?"
`

/** Arguments: nonce, marker. */
export const forgetScript = `
rm -f -- "$2" && printf '%s done=yes\\n' "$1"
`

/**
 * A sorted tree without what changes from one run to the next: times of reading, and the process id that tar puts into the
 * names of pax headers. Sparse files by the holes that the file system knows, in pax version 1.0.
 */
export const packOptions: readonly string[] = [
  '--format=posix',
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
  '--sort=name',
  '--sparse',
  '--one-file-system',
  '--numeric-owner',
]

/** Owners by number and modes as they are, whatever accounts and umask the host has. */
export const unpackOptions: readonly string[] = ['--preserve-permissions', '--same-owner', '--numeric-owner']

/**
 * GNU tar packs all attributes with --xattrs, but unpacks those of `user.` only: file capabilities (`security.capability`) and
 * `trusted.` need the pattern. Source: GNU tar's src/xattrs.c, xattrs_kw_included.
 */
const attributes = ['--xattrs', '--xattrs-include=*']

/** Attributes to pack: ACLs come as attributes, which have numbers, and as text with names, which `tar-pax.ts` checks. */
export function packedAttributes(keeps: ReadonlySet<string>): readonly string[] {
  return [...attributes, ...['acls', 'selinux'].filter((kind) => keeps.has(kind)).map((kind) => `--${kind}`)]
}

/**
 * Attributes to unpack, without --acls: the text of an ACL names users even with --numeric-owner, it wins over the attribute, and
 * the same name has another number on a new system (seen with GNU tar 1.34: `user:daemon` became whoever has that name).
 */
export function unpackedAttributes(keeps: ReadonlySet<string>): readonly string[] {
  return [...attributes, ...(keeps.has('selinux') ? ['--selinux'] : [])]
}
