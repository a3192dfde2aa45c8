import { execFileSync } from 'node:child_process'

/** Makes a tree with everything that a volume may hold; needs root and a file system with attributes. */
export function makeOddTree(directory: string): void {
  bash(directory, oddTree)
}

/** Runs a script in a directory, as root. */
export function bash(directory: string, script: string): string {
  return execFileSync('bash', ['--norc', '-euc', script], {
    cwd: directory,
    encoding: 'latin1',
    maxBuffer: 256 << 20,
  })
}

/**
 * What is in a tree, told by find, stat, sha256sum and getfattr and not by our own reader: two trees with the same text are
 * the same. Times in seconds; hard links by the names that share a file; holes by whether there are any.
 */
export function describeTree(directory: string): string {
  return bash(directory, describe)
}

/** A POSIX ACL as the kernel has it: owner rw-, user 1234 r--, group r--, mask rw-, others r--. */
export const acl =
  '0x0200000001000600ffffffff02000400d204000004000400ffffffff10000600ffffffff20000400ffffffff'

const oddTree = String.raw`
umask 022
mkdir -p plain/deeper empty 'with space' bin
echo hello > plain/file
: > plain/zero
printf 'x%.0s' {1..513} > plain/513
head -c 5000000 /dev/urandom > plain/deeper/large
ln plain/file plain/hard
ln plain/file bin/a-hard-link-before-its-file
ln -s ../plain/file bin/inside
ln -s /etc/passwd bin/outside
ln -s nowhere bin/dangling
mkfifo bin/fifo
mknod bin/null c 1 3
mknod bin/disk b 7 9
printf x > $'new\nline'
printf x > $'bad\377\376name'
printf x > $'tab\tand\\backslash'
printf x > '-rf'
printf x > $'\344\270\255\346\226\207'
printf x > "\$'quoted\\377'"
touch -d '1969-12-31 23:00:00 UTC' old
touch -d '2099-01-01 00:00:00 UTC' new
long=$(printf 'n%.0s' {1..250})
deep=$long/$long/$long/$long/$long/$long/$long/$long
mkdir -p "$deep"
printf deep > "$deep/file"
printf deep > "$deep/$long"
ln -s "$deep" link-to-a-long-path
echo run > bin/setuid; chmod 4755 bin/setuid
echo run > bin/setgid; chmod 2711 bin/setgid
chmod 1777 empty
chmod 000 plain/513
chown 1234:5678 plain/zero bin/fifo
chown -h 4000000000:65534 bin/dangling
chmod 4755 bin/setuid
truncate -s 50M sparse
printf data | dd of=sparse bs=1 seek=20000000 conv=notrunc status=none
truncate -s 3M all-hole
setfattr -n user.text -v hello plain/file
setfattr -n user.bytes -v 0x00ff0a3d25 plain/file
setfattr -n user.a=b%c -v odd plain/file
setfattr -n trusted.note -v secret plain
setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 plain/zero
setfattr -n security.selinux -v 0x73797374656d5f753a6f626a6563745f723a7661725f6c69625f743a733000 plain/deeper
setfattr -n system.posix_acl_access -v ACL plain/deeper/large
setfattr -n system.posix_acl_default -v ACL 'with space'
mkdir 'with space/sub'; echo inherited > 'with space/sub/file'
chmod 750 .; chown 33:44 .
`.replaceAll('ACL', acl)

const describe = String.raw`
find . -printf '%P\0%y %m %U:%G %Ts %l\n' | sort -z | tr '\0' '|'
# Numbered in the order of names: nothing else of two trees is the same.
echo links; find . -type f -links +1 -printf '%i %P\0' | sort -z -k2 | {
  n=() c=0
  while IFS= read -r -d '' f; do
    i=${'$'}{f%% *}
    [ -n "${'$'}{n[i]:-}" ] || n[i]=$((c += 1))
    printf '%s %s\n' "${'$'}{n[i]}" "${'$'}{f#* }"
  done
}
echo contents; find . -type f -print0 | sort -z | xargs -0 -r sha256sum
echo devices; find . \( -type c -o -type b \) -print0 | sort -z | xargs -0 -r stat -c '%n %t:%T'
echo holes; find . -type f -size +1M -print0 | sort -z | while IFS= read -r -d '' f; do set -- $(stat -c '%b %B %s' "$f"); [ $(($1 * $2 + 65536)) -lt "$3" ] && echo "$f" || :; done
echo attributes; find . -print0 | sort -z | xargs -0 -r getfattr -h -d -m - -e hex 2>/dev/null || :
`
