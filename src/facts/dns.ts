import { defineCollector, FactGap } from '../model/collector.ts'
import { linesIn } from './values.ts'

/** resolv.conf(5) and the host's own entries of /etc/hosts. */
export const dns = defineCollector({
  fact: 'dns',
  set: 'basic',
  command: 'cat /etc/resolv.conf /etc/hosts',
  files: ['/etc/resolv.conf', '/etc/hosts'],
  paths: ['/etc/resolv.conf'],
  parse(input) {
    const text = input.text('/etc/resolv.conf')
    const hosts = input.text('/etc/hosts')
    if (text === undefined && hosts === undefined)
      throw new FactGap('failed', 'no /etc/resolv.conf and no /etc/hosts')
    const rows = linesIn(text).map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    const all = (keyword: string): string[] =>
      rows.filter(([word]) => word === keyword).flatMap((row) => row.slice(1))
    // Of `domain` and `search` lines the last one counts.
    const search = rows.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? []
    const entries = linesIn(hosts)
      .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
      .filter(([address, name]) => address !== undefined && name !== undefined && !isLocal(address))
    return {
      servers: all('nameserver').slice(0, 20),
      search,
      options: all('options'),
      resolvConfTarget: input.paths.get('/etc/resolv.conf')?.target ?? null,
      hostsEntries: input
        .atMost(entries, 1000, 'entries of /etc/hosts')
        .map(([address = '', ...names]) => ({ address, names })),
    }
  },
})

function isLocal(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || /^(fe00|ff0\d)::/.test(address)
}
