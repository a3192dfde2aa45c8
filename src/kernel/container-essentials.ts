import { moduleKey } from './module-table.ts'

/**
 * What a ContainerOS image is known to keep of its kernel: virtual machine devices, and what every Kubernetes node with
 * containerd and kube-proxy loads. All other drivers may have been trimmed, so they stay unknown until the image is asked.
 */
export const containerOsModules = {
  source:
    'ContainerOS keeps virtio and what a Kubernetes node needs; other drivers are trimmed and must be probed',
  patterns: [
    /^virtio(_|$)/,
    /^(overlay|bridge|br_netfilter|stp|llc|veth|vxlan|udp_tunnel|ip6_udp_tunnel|tun|dummy)$/,
    /^(ipip|tunnel4|ip_tunnel|ext4|jbd2|mbcache|xfs|libcrc32c|crc32c_intel|net_failover|failover)$/,
    /^(x_tables|ip_tables|ip6_tables|iptable_\w+|ip6table_\w+|ipt_REJECT|ip6t_REJECT)$/,
    /^(xt_\w+|nf_\w+|nft_\w+|nfnetlink(_\w+)?|ip_set(_\w+)?|ip_vs(_\w+)?)$/,
  ],
  options: ['OVERLAY_FS', 'BRIDGE_NETFILTER', 'NF_CONNTRACK', 'IP_VS', 'VETH', 'VXLAN', 'CGROUPS', 'MEMCG'],
} as const

/** True when the image is known to keep the module. */
export function isContainerOsModule(name: string): boolean {
  const key = moduleKey(name)
  return containerOsModules.patterns.some((pattern) => pattern.test(key))
}
