import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { exchangeWithBmc } from '../../src/provision/redfish-exchange.ts'

it.each([undefined, 'a'.repeat(64)])(
  'ends a request to a BMC that says nothing, certificate pinned: %s',
  async (fingerprint) => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const end = new AbortController()
    const asked = exchangeWithBmc({
      method: 'GET',
      url: new URL(`https://127.0.0.1:${port}/redfish/v1/`),
      headers: {},
      trust: { ca: undefined, fingerprint },
      signal: end.signal,
    })
    const [socket] = (await once(server, 'connection')) as [Socket]
    const closed = once(socket.resume(), 'close')
    end.abort(new Error('the run stops'))
    await expect(asked).rejects.toThrow('the run stops')
    await closed
  },
)
