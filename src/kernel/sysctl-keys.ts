import type { KernelAnswer, KernelLine, KernelProfile } from '../model/kernel.ts'

/** Keys that exist only with a kernel option, or that a line does not have at all. */
interface SysctlRow {
  keys: RegExp
  option?: string
  goneIn?: readonly KernelLine[]
  source: string
}

const kconfig = 'https://docs.kernel.org/admin-guide/sysctl/'

/** First match decides. */
export const sysctlRows: readonly SysctlRow[] = [
  {
    keys: /^kernel\.yama\./,
    goneIn: ['anck-5.10', 'containeros'],
    source: 'Configuration of kernel ANCK 5.10.134: yama is not in the LSM list',
  },
  {
    keys: /^net\.ipv4\.tcp_tw_recycle$/,
    goneIn: ['rhck-4.18', 'anck-4.19', 'anck-5.10', 'containeros'],
    source: 'https://git.kernel.org/torvalds/c/4396e46187ca (4.12)',
  },
  { keys: /^net\.bridge\.bridge-nf-/, option: 'BRIDGE_NETFILTER', source: kconfig },
  { keys: /^net\.netfilter\.|^net\.nf_conntrack_max$/, option: 'NF_CONNTRACK', source: kconfig },
  { keys: /^net\.ipv4\.vs\./, option: 'IP_VS', source: kconfig },
  { keys: /^net\.mptcp\./, option: 'MPTCP', source: kconfig },
  { keys: /^net\.sctp\./, option: 'IP_SCTP', source: kconfig },
  { keys: /^net\.dccp\./, option: 'IP_DCCP', source: kconfig },
  { keys: /^net\.smc\./, option: 'SMC', source: kconfig },
  { keys: /^net\.rds\./, option: 'RDS', source: kconfig },
  { keys: /^net\.mpls\./, option: 'MPLS_ROUTING', source: kconfig },
  { keys: /^dev\.raid\./, option: 'BLK_DEV_MD', source: kconfig },
  { keys: /^dev\.cdrom\./, option: 'BLK_DEV_SR', source: kconfig },
  { keys: /^sunrpc\.|^fs\.nfs\./, option: 'NFS_V4', source: kconfig },
]

/** Parts of the tree that every kernel has and that kept its keys between 4.18 and 5.10, apart from the rows above. */
const stable = /^(net\.(core|ipv4|ipv6|unix)|vm|fs|kernel|user|debug|abi)\./

/** Whether a line's kernel has a sysctl key; `/` and `.` as separators are the same. */
export function sysctlAnswer(
  key: string,
  kernel: KernelProfile,
): Extract<KernelAnswer, 'builtin' | 'absent' | 'unknown'> {
  const dotted = key.replace(/^-/, '').replaceAll('/', '.')
  const row = sysctlRows.find(({ keys }) => keys.test(dotted))
  if (row?.goneIn?.includes(kernel.line) === true) return 'absent'
  if (row?.option !== undefined) {
    const { answer } = kernel.option(row.option)
    if (answer === 'absent' || answer === 'unknown') return answer
    return 'builtin'
  }
  return row !== undefined || stable.test(dotted) ? 'builtin' : 'unknown'
}
