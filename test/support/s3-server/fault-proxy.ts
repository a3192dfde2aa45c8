import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What happens to a request instead of going through. */
export type Fault =
  /** The server answers, and the answer is lost. */
  | 'cut-after'
  /** The answer breaks off after some of its body. */
  | 'cut-body'
  /** One bit of the request's body is another one. */
  | 'flip-request'
  /** One bit of the answer's body is another one, and the answer tells no checksum. */
  | 'flip-answer'
  /** The answer tells no checksum, as from a server that keeps none. */
  | 'no-checksum'
  | { status: number; headers?: OutgoingHttpHeaders; body: string }

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
}

/** An HTTP server before an S3 server that spoils what it is told to. */
export interface S3FaultProxy {
  endpoint: string
  seen: SeenRequest[]
  fault: (request: SeenRequest) => Fault | undefined
  close(): Promise<void>
}

/** Requests are signed for the address that their client knows: it goes through unchanged. */
export async function startS3FaultProxy(target: string): Promise<S3FaultProxy> {
  const { hostname, port } = new URL(target)
  const server = http.createServer((request, response) => {
    // Who hangs up half-way waits for nothing; any other failure is a broken connection to whoever asks.
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: S3FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    fault: () => undefined,
    async close(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const seen = { method, url, headers }
    proxy.seen.push(seen)
    const fault = proxy.fault(seen)
    const body = await bodyOf(request)
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.headers).end(fault.body)
      return
    }
    if (fault === 'flip-request') flip(body)
    const forwarded = http.request({ hostname, port, method, path: url, headers, agent: false })
    forwarded.end(body)
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
    const content = await bodyOf(answer)
    const answered = { ...answer.headers }
    if (fault === 'cut-after') return void request.socket.destroy()
    if (fault === 'flip-answer') flip(content)
    if (fault === 'flip-answer' || fault === 'no-checksum')
      for (const name of Object.keys(answered)) if (name.startsWith('x-amz-checksum')) delete answered[name]
    response.writeHead(answer.statusCode ?? 500, answered)
    if (fault !== 'cut-body') return void response.end(content)
    response.write(content.subarray(0, content.length / 2), () => request.socket.destroy())
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function flip(bytes: Buffer): void {
  const middle = Math.floor(bytes.length / 2)
  if (bytes.length > 0) bytes[middle] = (bytes[middle] ?? 0) ^ 1
}
