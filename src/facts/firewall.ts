import { defineCollector } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'
import { linesOf, parseMarked, wholeNumber } from './marked.ts'
import { parseLoadedUnits } from './unit-files.ts'

/**
 * `nft` and `iptables-save` would load kernel modules that are not there, so they run only where nf_tables or
 * ip_tables is loaded already. Rules are counted, not copied: kube-proxy alone writes tens of thousands.
 */
const script = `if command -v systemctl >/dev/null 2>&1; then
  printf '\\036units\\n'
  systemctl list-units --all --plain --full --no-legend --no-pager --type=service firewalld.service iptables.service nftables.service 2>/dev/null
fi
if [ -d /sys/module/nf_tables ] && command -v nft >/dev/null 2>&1; then
  if o=$(timeout 4 nft list tables 2>/dev/null); then
    printf '\\036nft\\n%s\\n' "$o"
  fi
elif [ -d /sys/module ] && ! [ -d /sys/module/nf_tables ]; then
  printf '\\036nft\\n'
fi
if [ -d /sys/module/nf_tables ] || [ -d /sys/module/ip_tables ]; then
  if command -v iptables-save >/dev/null 2>&1; then
    n=$(timeout 4 iptables-save 2>/dev/null | awk '/^-A/ { n++ } { l = $0 } END { print n + 0, NR == 0 ? "empty" : l ~ /^(COMMIT|# Completed)/ ? "whole" : "cut" }')
    printf '\\036rules %s\\n' "$n"
  fi
fi
exit 0
`

/** firewalld, nftables and iptables: what runs, and how much there is. */
export const firewall = defineCollector({
  fact: 'firewall',
  set: 'full',
  command: 'systemctl is-active firewalld; nft list tables; iptables-save | grep -c ^-A',
  timeoutMs: 15_000,
  script,
  files: ['/etc/firewalld/firewalld.conf'],
  paths: [
    '/usr/sbin/iptables',
    '/etc/alternatives/iptables',
    '/etc/systemd/system/*.wants/firewalld.service',
    '/etc/systemd/system/*.wants/iptables.service',
  ],
  parse(input) {
    const parts = parseMarked(input.stdout)
    const loaded = parseLoadedUnits(linesOf(parts, 'units'))
    const rules = [...parts.keys()].find((name) => name.startsWith('rules '))
    const conf = input.files.get('/etc/firewalld/firewalld.conf')
    const cleanup =
      conf?.status === 'read' ? /^\s*CleanupModulesOnExit\s*=\s*(\w+)/m.exec(conf.text)?.[1] : undefined
    const tables = parts.has('nft')
      ? linesOf(parts, 'nft').flatMap((line) => /^table (\w+ \S+)/.exec(line)?.[1] ?? [])
      : null
    return {
      firewalldActive: loaded.get('firewalld.service')?.active === 'active',
      firewalldEnabled: input.pathsMatching('/etc/systemd/system/*.wants/firewalld.service').length > 0,
      cleanupModulesOnExit: cleanup === undefined ? null : /^(?:yes|true)$/i.test(cleanup),
      nftTables: tables,
      iptablesRules: rulesOf(rules, input),
      iptablesBackend: backendOf(input),
      iptablesServiceEnabled: input.pathsMatching('/etc/systemd/system/*.wants/iptables.service').length > 0,
    }
  },
})

/** `rules 312 whole`; no output at all is no rule for root and no answer for anybody else, a cut one is no count. */
function rulesOf(name: string | undefined, { privilege }: CollectorInput): number | null {
  const [, count, state] = name?.split(' ') ?? []
  if (state === 'cut' || (state === 'empty' && privilege === 'user')) return null
  return wholeNumber(count)
}

/** /usr/sbin/iptables links to `xtables-nft-multi` or `xtables-legacy-multi`, perhaps through alternatives. */
function backendOf({ paths }: CollectorInput): 'nf_tables' | 'legacy' | null {
  const first = paths.get('/usr/sbin/iptables')?.target ?? ''
  const target = first.includes('/alternatives/')
    ? (paths.get('/etc/alternatives/iptables')?.target ?? '')
    : first
  if (/(?:xtables|iptables)-nft/.test(target)) return 'nf_tables'
  return /(?:xtables|iptables)-legacy/.test(target) ? 'legacy' : null
}
