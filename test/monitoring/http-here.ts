import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came. */
export interface SeenRequest {
  method: string
  path: string
  headers: http.IncomingHttpHeaders
  body: string
}

export interface HttpHere {
  url: string
  seen: SeenRequest[]
  close(): Promise<void>
}

/** A real server on loopback; what `answer` does with the response is what the other side gets. */
export async function httpHere(
  answer: (request: SeenRequest, response: http.ServerResponse) => void,
): Promise<HttpHere> {
  const seen: SeenRequest[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
      seen.push(one)
      answer(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
