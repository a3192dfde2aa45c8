import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'

/**
 * Below 32768, where Linux takes the ports of outgoing connections from, and below the 20000 from which machines of a lab have
 * theirs: a restarted server finds its port free again.
 */
const lowest = 10_000
const share = 2500
const shares = 4
const attempts = 200

/** Test files that run side by side take ports of their own: between the search and the server's start nobody holds them. */
function ownLowest(): number {
  return lowest + (Number(process.env['VITEST_POOL_ID'] ?? 0) % shares) * share
}

/** Ports of 127.0.0.1 that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const from = ownLowest()
  const servers: net.Server[] = []
  try {
    for (let attempt = 0; servers.length < count && attempt < attempts; attempt += 1) {
      const server = net.createServer()
      server.listen(randomInt(from, from + share), '127.0.0.1')
      // All stay open until the last is found, so that no port comes twice.
      if (await isListening(server)) servers.push(server)
    }
    if (servers.length < count)
      throw new Error(`127.0.0.1 has no ${count} free ports from ${from} to ${from + share}`)
    return servers.map((server) => (server.address() as net.AddressInfo).port)
  } finally {
    for (const server of servers) server.close()
  }
}

async function isListening(server: net.Server): Promise<boolean> {
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  }
}
