import type { KernelLine } from '../model/kernel.ts'
import { moduleKey } from './module-table.ts'

interface RenamedModule {
  name: string
  replacedBy: string
  /** Lines in which the old name is gone. */
  lines: readonly KernelLine[]
  source: string
}

const since419: readonly KernelLine[] = ['anck-4.19', 'anck-5.10', 'containeros']
const since510: readonly KernelLine[] = ['anck-5.10', 'containeros']
const merge419 = 'https://git.kernel.org/torvalds/c/a0ae2562c6c4 (4.19)'
const merge51 = 'https://git.kernel.org/torvalds/c/3bf195ae6037 (5.1)'
const builtIn = 'ANCK 5.10.134 configuration: no such option; merged into the module beside it'

/** Modules that were merged into another one: code that loads the old name by hand fails, the function is still there. */
export const renamedModules: readonly RenamedModule[] = [
  { name: 'nf_conntrack_ipv4', replacedBy: 'nf_conntrack', lines: since419, source: merge419 },
  { name: 'nf_conntrack_ipv6', replacedBy: 'nf_conntrack', lines: since419, source: merge419 },
  { name: 'nf_nat_ipv4', replacedBy: 'nf_nat', lines: since510, source: merge51 },
  { name: 'nf_nat_ipv6', replacedBy: 'nf_nat', lines: since510, source: merge51 },
  { name: 'nf_nat_masquerade_ipv4', replacedBy: 'nf_nat', lines: since510, source: builtIn },
  { name: 'nf_nat_masquerade_ipv6', replacedBy: 'nf_nat', lines: since510, source: builtIn },
  { name: 'nf_nat_proto_gre', replacedBy: 'nf_nat', lines: since510, source: builtIn },
  { name: 'nf_conntrack_proto_gre', replacedBy: 'nf_conntrack', lines: since510, source: builtIn },
  { name: 'nft_chain_nat_ipv4', replacedBy: 'nft_chain_nat', lines: since510, source: builtIn },
  { name: 'nft_chain_nat_ipv6', replacedBy: 'nft_chain_nat', lines: since510, source: builtIn },
  { name: 'nft_chain_route_ipv4', replacedBy: 'nf_tables', lines: since510, source: builtIn },
  { name: 'nft_chain_route_ipv6', replacedBy: 'nf_tables', lines: since510, source: builtIn },
  { name: 'nft_masq_ipv4', replacedBy: 'nft_masq', lines: since510, source: builtIn },
  { name: 'nft_masq_ipv6', replacedBy: 'nft_masq', lines: since510, source: builtIn },
  { name: 'nft_redir_ipv4', replacedBy: 'nft_redir', lines: since510, source: builtIn },
  { name: 'nft_redir_ipv6', replacedBy: 'nft_redir', lines: since510, source: builtIn },
  { name: 'nf_tables_set', replacedBy: 'nf_tables', lines: since510, source: builtIn },
  { name: 'ipt_MASQUERADE', replacedBy: 'xt_MASQUERADE', lines: since510, source: builtIn },
  { name: 'ip6t_MASQUERADE', replacedBy: 'xt_MASQUERADE', lines: since510, source: builtIn },
  { name: 'xfrm4_mode_transport', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm4_mode_tunnel', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm4_mode_beet', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm6_mode_transport', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm6_mode_tunnel', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm6_mode_beet', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
  { name: 'xfrm6_mode_ro', replacedBy: 'xfrm_algo', lines: since510, source: builtIn },
]

const byName = new Map(renamedModules.map((row) => [moduleKey(row.name), row]))

/** The row that says where a module went in a line; undefined when the line still has it under its name. */
export function renamedModule(name: string, line: KernelLine): RenamedModule | undefined {
  const row = byName.get(moduleKey(name))
  return row?.lines.includes(line) === true ? row : undefined
}
