/**
 * What runs on hosts for images, for the bash of CentOS 8 (4.4). Arguments come as words, never as text of the script. Tools of
 * k3s, RKE2 and immutable systems are not in every PATH.
 */
const preamble = `
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/opt/bin:/opt/kube/bin:/var/lib/rancher/rke2/bin:/var/lib/rancher/k3s/data/current/bin
nonce=$1
shift
`

/** Arguments: nonce. Prints which runtimes run and which tools there are, `NONCE KEY=VALUE` a line. */
export const imageLookScript = `${preamble}
tell() { printf '%s %s=%s\\n' "$nonce" "$1" "$2"; }
[ ! -S /run/containerd/containerd.sock ] || tell socket containerd
[ ! -S /run/k3s/containerd/containerd.sock ] || tell socket k3s
[ ! -S /run/docker.sock ] || [ -L /run/docker.sock ] || tell socket docker
for tool in ctr crictl docker zstd gzip; do at=$(type -P "$tool") && [ -x "$at" ] && tell has "$tool"; done
[ ! -d /etc/containerd/certs.d ] || tell has certs.d
tell end yes
`

/** Arguments: nonce, program, its arguments. Prints the nonce on a line, then what the program prints. */
export const imageToolScript = `${preamble}
printf '%s\\n' "$nonce"
exec "$@" </dev/null
`

/** The same, and what the program prints is left out: tools draw their progress there. */
export const imageQuietScript = `${preamble}
printf '%s\\n' "$nonce"
exec "$@" </dev/null >/dev/null
`

const say = String.raw`say() { printf '%s %s %s\n' "$nonce" "$1" "$2" >&2; }`

/** Arguments: nonce, packer, program, its arguments. Writes the nonce on a line to stdout, then what the program writes, packed. */
export const imageExportScript = `${preamble}
packer=$1
shift
${say}
pack() {
  case $packer in
    zstd) zstd -q -c -3 ;;
    gzip) gzip -c -1 ;;
    *) cat ;;
  esac
}
say begin 0
printf '%s\\n' "$nonce"
{ "$@" </dev/null; say export "$?"; } | { pack; say pack "$?"; }
`

/** Arguments: nonce, packer, program, its arguments. Gives stdin, unpacked, to the program. */
export const imageImportScript = `${preamble}
packer=$1
shift
${say}
unpack() {
  case $packer in
    zstd) zstd -q -d -c ;;
    gzip) gzip -d -c ;;
    *) cat ;;
  esac
}
say begin 0
{ unpack; say unpack "$?"; } | { "$@" >/dev/null; say import "$?"; }
`
