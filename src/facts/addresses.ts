import { defineCollector } from '../model/collector.ts'
import type { Addresses } from '../model/facts-hardware.ts'
import { ipScript, parseLinks } from './ip.ts'

/** Addresses of all interfaces. */
export const addresses = defineCollector({
  fact: 'addresses',
  set: 'basic',
  command: 'ip -j address show',
  script: ipScript,
  maxBytes: 4 * 1024 * 1024,
  parse(input) {
    const { stdout, exitCode } = input
    const rows = parseLinks(stdout, exitCode).flatMap((link) =>
      (link.addr_info ?? []).flatMap((info): Addresses['addresses'] => {
        const family = info.family === 'inet' ? 4 : info.family === 'inet6' ? 6 : null
        if (family === null || !info.local) return []
        return [
          {
            interface: link.ifname,
            family,
            address: info.local,
            prefix: info.prefixlen ?? (family === 4 ? 32 : 128),
            scope: info.scope ?? 'global',
            dynamic: info.dynamic === true,
          },
        ]
      }),
    )
    return { addresses: [...input.atMost(rows, 2000, 'addresses')] }
  },
})
