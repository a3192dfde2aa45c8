/**
 * What Kubernetes and container facts need beyond files, in one run. A program that a package owns is not started to
 * learn its version (a Go program costs 30 to 60 ms of CPU); of kubelet's configuration only top-level settings and
 * feature gates are printed, of certificate files only the first certificate, never a key.
 */
export const nodeScript = `set --
for b in kubelet kubeadm kubectl containerd dockerd crio podman; do
  for d in /usr/bin /usr/local/bin /opt/bin /usr/sbin /usr/local/sbin; do
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
if command -v systemctl >/dev/null 2>&1 && [ $# -gt 0 ]; then
  printf '\\036units\\n'
  systemctl list-units --all --plain --full --no-legend --no-pager --type=service docker.service containerd.service crio.service kubelet.service etcd.service 2>/dev/null
fi
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
if [ -z "$kubelet" ]; then
  case " $* " in
  *'/kubelet '*)
    for d in /proc/[0-9]*; do
      c=
      { IFS= read -r c <"$d/comm"; } 2>/dev/null
      if [ "$c" = kubelet ]; then kubelet=\${d#/proc/}; break; fi
    done
    ;;
  esac
fi
if [ -n "$kubelet" ] && [ -r "/proc/$kubelet/cmdline" ]; then
  o=$(tr '\\0' '\\n' <"/proc/$kubelet/cmdline" 2>/dev/null)
  printf '\\036kubelet process\\n%s\\n' "$o"
  case $o in
  *--config=*) config=\${o##*--config=}; config=\${config%%
*} ;;
  esac
fi
if [ -r "$config" ]; then
  printf '\\036kubelet config %s\\n' "$config"
  awk 'FNR == 1 && /^[[:space:]]*[{]/ { json = 1 }
/staticPodURLHeader|[Tt]oken"|[Pp]assword|[Ss]ecret/ { t = ""; next }
json { print; next }
/^[A-Za-z]+:/ { t = $1 }
/^(cgroupDriver|containerRuntimeEndpoint|failSwapOn|featureGates|resolvConf|staticPodPath):/ { print; next }
t == "featureGates:" && /^[[:space:]]+[A-Za-z0-9]+:/ { print }' "$config" 2>/dev/null
elif [ -e "$config" ]; then
  printf '\\036denied %s\\n' "$config"
fi
set --
for f in /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet-server-current.pem /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /etc/kubernetes/ssl/*.crt /etc/etcd/pki/*.crt /etc/ssl/etcd/ssl/*.pem; do
  case $f in *-key.pem) continue ;; esac
  [ -e "$f" ] || continue
  if [ $# -ge 60 ]; then break; fi
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
for d in "$data" "$data"/*.etcd; do
  [ -z "$found" ] && [ -d "$d/member" ] || continue
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
