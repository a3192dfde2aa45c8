import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server before the API of a lab that notes what the API lets go. */
export interface EvictionCounter {
  url: string
  /** `namespace/name` of pods, each as often as an eviction of it was accepted. */
  evicted: readonly string[]
  close(): Promise<void>
}

const eviction = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/eviction(?:\?|$)/

/** Everything goes through unchanged; watches, too. */
export async function countEvictions(target: string): Promise<EvictionCounter> {
  const evicted: string[] = []

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request
    const { connection: _, ...headers } = request.headers
    // A connection of its own each: one that the server has just ended would fail a request of a sound client.
    const onward = http.request(new URL(url, target), { method, headers, agent: false }, (answer) => {
      const [, namespace, pod] = eviction.exec(url) ?? []
      if (pod !== undefined && answer.statusCode === 201) evicted.push(`${namespace}/${pod}`)
      const { connection: __, ...told } = answer.headers
      // A watch answers before it has anything to say.
      response.writeHead(answer.statusCode ?? 0, told).flushHeaders()
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.once('close', () => onward.destroy())
    request.pipe(onward)
  }

  const server = http.createServer(pass)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    evicted,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
