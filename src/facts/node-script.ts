/**
 * What Kubernetes and container facts need beyond files, in one run. A program that a package owns is not started to
 * learn its version (a Go program costs 30 to 60 ms of CPU); of kubelet's configuration only top-level settings and
 * feature gates are printed, of certificate files only the first certificate, never a key. Programs are those that units
 * start, then those of the usual directories; what only a process names is never started: anybody may name a process so.
 * Processes of pods are left out: they are no part of the host.
 */
export const nodeScript = `set --
some=
for u in kubelet containerd docker crio k3s k3s-agent rke2-server rke2-agent; do
  p=
  for f in /usr/lib/systemd/system/$u.service /usr/local/lib/systemd/system/$u.service /run/systemd/system/$u.service /etc/systemd/system/$u.service /usr/lib/systemd/system/$u.service.d/*.conf /etc/systemd/system/$u.service.d/*.conf; do
    [ -f "$f" ] && [ -r "$f" ] || continue
    some=1
    while IFS='= \t' read -r k v; do
      [ "$k" = ExecStart ] || continue
      while :; do case $v in [-@:+!\\"\\']*) v=\${v#?} ;; *) break ;; esac; done
      v=\${v%%[\\"\\'[:space:]]*}
      [ -z "$v" ] || p=$v
    done <"$f"
  done
  case $p in
  /*/kubelet | /*/containerd | /*/dockerd | /*/crio | /*/k3s | /*/rke2) ;;
  *) continue ;;
  esac
  case " $* " in *"/\${p##*/} "*) continue ;; esac
  if [ -f "$p" ] && [ -x "$p" ]; then set -- "$@" "$p"; fi
done
for b in kubelet kubeadm kubectl containerd dockerd crio podman k3s rke2; do
  case " $* " in *"/$b "*) continue ;; esac
  for d in /usr/bin /usr/local/bin /opt/bin /usr/sbin /usr/local/sbin /opt/kube/bin /opt/rke2/bin /var/lib/rancher/rke2/bin; do
    if [ -f "$d/$b" ] && [ -x "$d/$b" ]; then set -- "$@" "$d/$b"; break; fi
  done
done
printf '\\036binaries\\n'
[ $# -eq 0 ] || printf '%s\\n' "$@"
o=
if [ $# -gt 0 ] && command -v rpm >/dev/null 2>&1; then
  o=$(rpm -qf --nodigest --nosignature --qf 'package %{NAME} %{VERSION}\\n' "$@" 2>&1 </dev/null)
  printf '\\036owners\\n%s\\n' "$o"
fi
for p in "$@"; do
  case $o in
  *"$p is not owned"*) ;;
  *'package '*) continue ;;
  esac
  printf '\\036version %s\\n' "\${p##*/}"
  case $p in
  */kubeadm) timeout 5 "$p" version -o short ;;
  */kubectl) timeout 5 "$p" version --client ;;
  *) timeout 5 "$p" --version ;;
  esac 2>/dev/null </dev/null
done
printf '\\036processes\\n'
o=$(grep -sHxE 'kubelet|containerd|dockerd|crio|k3s|k3s-server|k3s-agent|rke2|kube-apiserver|etcd' /proc/[0-9]*/comm)
s=$?
kubelets= containerds= programs= mountns=$(readlink /proc/self/ns/mnt)
for f in $o; do
  b=\${f##*:} f=\${f%/comm:*}
  pid=\${f#/proc/} v=
  { while IFS= read -r line; do case $line in *kubepods*) v=pod; break ;; esac; done <"$f/cgroup"; } 2>/dev/null
  [ -z "$v" ] || continue
  some=1
  printf '%s %s\\n' "$pid" "$b"
  # Anybody can run a program of such a name, and its words name files that root would read: only root's, on the host.
  u=
  { while read -r k u line; do [ "$k" != Uid: ] || break; done <"$f/status"; } 2>/dev/null
  [ "$u" = 0 ] || continue
  p=$(readlink "$f/ns/mnt" 2>/dev/null)
  [ -z "$p" ] || [ "$p" = "$mountns" ] || continue
  case $b in
  kubelet) kubelets="$kubelets $pid" ;;
  containerd) containerds="$containerds $pid" ;;
  dockerd | crio) ;;
  *) continue ;;
  esac
  case " $* $programs " in *"/$b "* | *" $b="*) continue ;; esac
  p=$(readlink "$f/exe" 2>/dev/null)
  p=\${p% (deleted)}
  case $p in *[[:cntrl:][:space:]]*) ;; /*) [ ! -f "$p" ] || programs="$programs $b=$p" ;; esac
done
for p in $programs; do printf '\\036program %s %s\\n' "\${p%%=*}" "\${p#*=}"; done
[ "$s" -lt 126 ] && [ -r /proc/1/comm ] || printf '\\036processes unread\\n'
if command -v systemctl >/dev/null 2>&1 && [ "$#$some" != 0 ]; then
  printf '\\036units\\n'
  systemctl list-units --all --plain --full --no-legend --no-pager --type=service docker.service containerd.service crio.service kubelet.service etcd.service podman.service kube-apiserver.service 'k3s*.service' 'rke2-*.service' 2>/dev/null
fi
v=
for pid in $containerds; do
  [ -r "/proc/$pid/cmdline" ] || continue
  v=x$v
  if [ \${#v} -gt 4 ]; then printf '\\036containerd processes cut\\n'; break; fi
  printf '\\036containerd process %s\\n' "$pid"
  tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null
done
config=/var/lib/kubelet/config.yaml
kubelet=
for f in /sys/fs/cgroup/systemd/system.slice/kubelet.service/cgroup.procs /sys/fs/cgroup/system.slice/kubelet.service/cgroup.procs; do
  [ -r "$f" ] || continue
  while IFS= read -r pid; do
    c=
    [ -r "/proc/$pid/comm" ] && IFS= read -r c <"/proc/$pid/comm"
    if [ "$c" = kubelet ]; then kubelet=$pid; break; fi
  done <"$f"
done
for pid in $kubelets; do [ -n "$kubelet" ] || kubelet=$pid; done
o= c=
if [ -n "$kubelet" ] && [ -r "/proc/$kubelet/cmdline" ]; then
  o=$(tr '\\0' '\\n' <"/proc/$kubelet/cmdline" 2>/dev/null)
  printf '\\036kubelet process\\n%s\\n' "$o"
  case $o in
  *--config=*) config=\${o##*--config=}; config=\${config%%
*} ;;
  *'--config
'*) config=\${o##*--config
}; config=\${config%%
*} ;;
  esac
fi
if [ -f "$config" ] && [ -r "$config" ]; then
  c=$(head -c 1000000 "$config" 2>/dev/null | awk 'FNR == 1 && /^[[:space:]]*[{]/ { json = 1 }
/staticPodURLHeader|[Tt]oken"|[Pp]assword|[Ss]ecret/ { t = ""; next }
json { print; next }
/^[A-Za-z]+:/ { t = $1 }
/^(cgroupDriver|containerRuntimeEndpoint|failSwapOn|featureGates|resolvConf|staticPodPath):/ { print; next }
t == "featureGates:" && /^[[:space:]]+[A-Za-z0-9]+:/ { print }')
  printf '\\036kubelet config %s\\n%s\\n' "$config" "$c"
elif [ -e "$config" ]; then
  printf '\\036denied %s\\n' "$config"
fi
v=
case $c in *staticPodPath*) v=\${c##*staticPodPath} ;; esac
case $o in *--pod-manifest-path?*) v=\${o##*--pod-manifest-path?} ;; esac
while :; do case $v in [:\\ \\"\\']*) v=\${v#?} ;; *) break ;; esac; done
v=\${v%%[,\\"\\'[:space:]]*}
v=\${v%/}
case $v in
/*)
  s=
  p=$v
  while [ -n "$p" ]; do
    if [ -d "$p" ] && [ ! -x "$p" ]; then s=$p; fi
    p=\${p%/*}
  done
  if [ -d "$v" ] && [ ! -r "$v" ]; then s=$v; fi
  if [ -n "$s" ]; then
    printf '\\036pods denied %s\\n' "$s"
  else
    printf '\\036static pods %s\\n' "$v"
    n=0
    for f in "$v" "$v"/*; do
      [ -f "$f" ] || continue
      n=$((n + 1))
      if [ $n -gt 200 ]; then printf '\\036static pods cut\\n'; break; fi
      printf '%s\\n' "$f"
    done
  fi
  ;;
esac
set --
for f in /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet-server-current.pem /var/lib/rancher/*/agent/*.crt /var/lib/rancher/*/server/tls/*.crt /var/lib/rancher/*/server/tls/etcd/*.crt /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /etc/kubernetes/ssl/*.crt /etc/kubernetes/ssl/*.pem /etc/etcd/pki/*.crt /etc/ssl/etcd/ssl/*.pem; do
  case $f in *-key.pem) continue ;; esac
  [ -e "$f" ] || continue
  if [ $# -ge 100 ]; then printf '\\036certificates cut %s\\n' "$f"; break; fi
  if [ -r "$f" ]; then set -- "$@" "$f"; else printf '\\036denied %s\\n' "$f"; fi
done
if [ $# -gt 0 ]; then
  awk 'FNR == 1 { printf "\\036certificate %s\\n", FILENAME; on = 0; n = 0 }
/^-----/ { on = 0 }
/^-----BEGIN CERTIFICATE-----/ { n++; if (n == 1) on = 1; next }
on && /^[A-Za-z0-9+\\/=]+[[:space:]]*$/ { print }' "$@" 2>/dev/null
fi
data=/var/lib/etcd
for f in /etc/kubernetes/manifests/etcd.yaml /etc/etcd/etcd.conf /etc/etcd.env /etc/etcd/etcd.conf.yml /etc/etcd/etcd.yml /etc/etcd/config.yml /usr/lib/systemd/system/etcd.service /etc/systemd/system/etcd.service /etc/systemd/system/etcd.service.d/*.conf; do
  [ -r "$f" ] || continue
  while IFS= read -r line; do
    case $line in
    \\#*) continue ;;
    *-data-dir[\\ =]*) v=\${line##*-data-dir?} ;;
    *ETCD_DATA_DIR=*) v=\${line##*ETCD_DATA_DIR=} ;;
    data-dir:*) v=\${line#data-dir:} ;;
    *) continue ;;
    esac
    while :; do case $v in [\\ \\"\\'\\\\]*) v=\${v#?} ;; *) break ;; esac; done
    v=\${v%%[\\ \\"\\'\\\\]*}
    case $v in /*) data=$v ;; esac
  done <"$f"
done
found=
for d in "$data" "$data"/*.etcd /var/lib/rancher/k3s/server/db/etcd /var/lib/rancher/rke2/server/db/etcd /var/lib/rancher/k3s/server/db/state.db /var/lib/rancher/rke2/server/db/state.db; do
  [ -z "$found" ] || break
  case $d in */state.db) [ -f "$d" ] ;; *) [ -d "$d/member" ] ;; esac || continue
  found=$d
  printf '\\036etcd data %s\\n' "$d"
  timeout 5 du -skx "$d" 2>/dev/null
done
if [ -z "$found" ]; then
  printf '\\036etcd searched %s\\n' "$data"
  while [ -n "$data" ]; do
    if [ -d "$data" ] && [ ! -x "$data" ]; then printf '\\036etcd hidden %s\\n' "$data"; fi
    data=\${data%/*}
  done
fi
exit 0
`
