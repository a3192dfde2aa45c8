/**
 * Every runtime whose socket is there is asked; a client that finds no daemon ends within its time-out. Beside the
 * namespace of Kubernetes containerd may hold others; there only the label on its content tells what was pulled. podman
 * would write into its own storage when asked, so that its list is read from the disk.
 */
export const imagesScript = `PATH=$PATH:/opt/bin:/opt/kube/bin:/var/lib/rancher/rke2/bin:/var/lib/rancher/k3s/data/current/bin
containerd() {
  [ -S "$2" ] || return 0
  d=1
  printf '\\036socket %s\\n' "$1"
  if command -v crictl >/dev/null 2>&1 && o=$(timeout 8 crictl -r "unix://$2" -i "unix://$2" images -o json 2>/dev/null </dev/null); then
    printf '\\036%s json\\n%s\\n' "$1" "$o"
  elif command -v ctr >/dev/null 2>&1 && o=$(timeout 8 ctr -a "$2" -n k8s.io images ls 2>/dev/null </dev/null); then
    printf '\\036%s table\\n%s\\n' "$1" "$o"
  fi
  printf '\\036%s namespaces\\n' "$1"
  if ! command -v ctr >/dev/null 2>&1 || ! o=$(timeout 8 ctr -a "$2" namespaces ls -q 2>/dev/null </dev/null); then
    printf '\\036%s unlisted namespaces\\n' "$1"
    return 0
  fi
  n=0
  for s in $o; do
    case $s in k8s.io) continue ;; *[!A-Za-z0-9._-]*) s=other ;; esac
    n=$((n + 1))
    if [ $n -gt 6 ] || ! i=$(timeout 4 ctr -a "$2" -n "$s" images ls 2>/dev/null </dev/null); then
      printf '\\036%s unlisted namespace %s\\n' "$1" "$s"
      continue
    fi
    case $i in *sha256:*) ;; *) continue ;; esac
    if ! c=$(timeout 4 ctr -a "$2" -n "$s" content ls 2>/dev/null </dev/null); then
      printf '\\036%s unlisted namespace %s\\n' "$1" "$s"
      continue
    fi
    printf '\\036%s images of %s\\n%s\\n' "$1" "$s" "$i"
    printf '\\036%s pulled into %s\\n' "$1" "$s"
    printf '%s\\n' "$c" | awk '/containerd[.]io\\/distribution[.]source[.]/ { print $1 }'
  done
}
d=
containerd containerd /run/containerd/containerd.sock
containerd k3s /run/k3s/containerd/containerd.sock
if [ -S /run/crio/crio.sock ]; then d=1
  printf '\\036socket crio\\n'
  if command -v crictl >/dev/null 2>&1 && o=$(timeout 8 crictl -r unix:///run/crio/crio.sock -i unix:///run/crio/crio.sock images -o json 2>/dev/null </dev/null); then
    printf '\\036crio json\\n%s\\n' "$o"
  fi
fi
if [ -S /run/docker.sock ] && [ ! -L /run/docker.sock ]; then d=1
  printf '\\036socket docker\\n'
  if command -v docker >/dev/null 2>&1 && o=$(timeout 8 docker -H unix:///run/docker.sock images --digests --no-trunc --format '{{.ID}}\\t{{.Repository}}\\t{{.Tag}}\\t{{.Digest}}\\t{{.Size}}' 2>/dev/null </dev/null); then
    printf '\\036docker table\\n%s\\n' "$o"
  fi
fi
s=
for b in containerd crio dockerd k3s rke2 podman buildah; do
  for p in /usr/bin /usr/local/bin /opt/bin /usr/sbin /usr/local/sbin /opt/kube/bin /opt/rke2/bin; do
    [ -x "$p/$b" ] && [ ! -d "$p/$b" ] || continue
    printf '\\036installed %s\\n' "$b"
    case $b in crio | podman | buildah) s=1 ;; esac
    break
  done
done
g=/var/lib/containers/storage
[ ! -d "$g" ] || s=1
if [ -n "$s" ]; then
  p=/etc/containers/storage.conf
  [ -f "$p" ] || p=/usr/share/containers/storage.conf
  if [ -f "$p" ] && [ -r "$p" ]; then
    while IFS='= \t' read -r k v; do
      [ "$k" = graphroot ] || continue
      v=\${v#[\\"\\']}
      v=\${v%%[\\"\\']*}
      case $v in /*) g=$v ;; esac
    done <"$p"
  fi
  c=
  p=$g
  while [ -n "$p" ]; do
    if [ -d "$p" ] && [ ! -x "$p" ]; then c=$p; fi
    p=\${p%/*}
  done
  if [ -d "$g" ] && [ ! -r "$g" ]; then c=$g; fi
  if [ -n "$c" ] || { [ -e /etc/containers/storage.conf ] && [ ! -r /etc/containers/storage.conf ]; }; then
    printf '\\036podman denied %s\\n' "$c"
  else
    printf '\\036podman store %s\\n' "$g"
    for p in "$g"/*-images/images.json; do
      [ -e "$p" ] || continue
      printf '\\036podman json %s\\n' "$p"
      head -c 1000000 "$p" 2>/dev/null
      printf '\\n'
    done
  fi
fi
[ -n "$d" ] || printf '\\036no socket\\n'
exit 0
`
