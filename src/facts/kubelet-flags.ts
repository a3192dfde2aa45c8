/**
 * Flags of the kubelet, removed ones too, whose values are numbers, switches, names, addresses or paths. A flag that is
 * missing here only loses its value. Not here on purpose: `--manifest-url` and its header, which may hold credentials.
 * Source: https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
 */
const harmless: ReadonlySet<string> = new Set(
  `address allow-privileged allowed-unsafe-sysctls alsologtostderr anonymous-auth application-metrics-count-limit
  authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode
  authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl azure-container-registry-config
  boot-id-file bootstrap-checkpoint-path bootstrap-kubeconfig cadvisor-port cert-dir cgroup-driver cgroup-root
  cgroups-per-qos chaos-chance client-ca-file cloud-config cloud-provider cluster-dns cluster-domain cni-bin-dir
  cni-cache-dir cni-conf-dir config config-dir container-hints container-log-max-files container-log-max-size
  container-runtime container-runtime-endpoint containerd containerd-namespace containerized contention-profiling
  cpu-cfs-quota cpu-cfs-quota-period cpu-manager-policy cpu-manager-policy-options cpu-manager-reconcile-period docker
  docker-endpoint docker-env-metadata-whitelist docker-only docker-root docker-tls docker-tls-ca docker-tls-cert
  docker-tls-key dynamic-config-dir enable-cadvisor-json-endpoints enable-controller-attach-detach
  enable-debugging-handlers enable-load-reader enable-server enforce-node-allocatable event-burst event-qps
  event-storage-age-limit event-storage-event-limit eviction-hard eviction-max-pod-grace-period eviction-minimum-reclaim
  eviction-pressure-transition-period eviction-soft eviction-soft-grace-period exit-on-lock-contention
  experimental-allocatable-ignore-eviction experimental-allowed-unsafe-sysctls experimental-bootstrap-kubeconfig
  experimental-check-node-capabilities-before-mount experimental-dockershim experimental-dockershim-root-directory
  experimental-kernel-memcg-notification experimental-logging-sanitization experimental-mounter-path fail-swap-on
  feature-gates file-check-frequency global-housekeeping-interval hairpin-mode healthz-bind-address healthz-port
  hostname-override housekeeping-interval http-check-frequency image-credential-provider-bin-dir
  image-credential-provider-config image-gc-high-threshold image-gc-low-threshold image-pull-progress-deadline
  image-service-endpoint iptables-drop-bit iptables-masquerade-bit keep-terminated-pod-volumes kernel-memcg-notification
  kube-api-burst kube-api-content-type kube-api-qps kube-reserved kube-reserved-cgroup kubeconfig kubelet-cgroups
  local-storage-capacity-isolation lock-file log-backtrace-at log-cadvisor-usage log-dir log-file log-file-max-size
  log-flush-frequency log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream
  logging-format logtostderr machine-id-file make-iptables-util-chains master-service-namespace max-open-files max-pods
  maximum-dead-containers maximum-dead-containers-per-container memory-manager-policy minimum-container-ttl-duration
  minimum-image-ttl-duration network-plugin network-plugin-mtu node-ip node-labels node-status-max-images
  node-status-update-frequency non-masquerade-cidr one-output oom-score-adj pod-cidr pod-infra-container-image
  pod-manifest-path pod-max-pids pods-per-core port protect-kernel-defaults provider-id qos-reserved read-only-port
  really-crash-for-testing redirect-container-streaming register-node register-schedulable register-with-taints
  registry-burst registry-qps reserved-cpus reserved-memory resolv-conf root-dir rotate-certificates
  rotate-server-certificates runonce runtime-cgroups runtime-request-timeout seccomp-default seccomp-profile-root
  serialize-image-pulls skip-headers skip-log-headers stderrthreshold storage-driver-buffer-duration storage-driver-db
  storage-driver-host storage-driver-secure storage-driver-table streaming-connection-idle-timeout sync-frequency
  system-cgroups system-reserved system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version
  tls-private-key-file topology-manager-policy topology-manager-policy-options topology-manager-scope v version vmodule
  volume-plugin-dir volume-stats-agg-period`.split(/\s+/),
)

/** One flag as it may be shown: `--name=value` where the flag is known for harmless values, else `--name=***`. */
export function harmlessFlag(word: string): string {
  const [, dashes, name, value] = /^(--?)([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? []
  if (dashes === undefined || name === undefined) return '***'
  if (harmless.has(name.replaceAll('_', '-'))) return word
  if (value !== undefined) return `${dashes}${name}=***`
  // A single dash takes its value without a space: -xVALUE.
  return dashes === '--' ? word : `-${name.slice(0, 1)}***`
}
