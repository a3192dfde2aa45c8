import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { createAuthority } from './certificates.ts'
import type { ControlPlane } from './start.ts'

/** What happens to a request instead of going through. */
export type Fault =
  /** The connection breaks before anything reaches the server. */
  | 'cut'
  /** The server answers, and the answer is lost. */
  | 'cut-after'
  | { status: number; headers?: OutgoingHttpHeaders; type?: string; body: string }

export interface SeenRequest {
  method: string
  url: string
  body: string
}

/** A TLS server before an API server that spoils what it is told to; everybody is the admin behind it. */
export interface FaultProxy {
  url: string
  /** PEM of the CA that has signed its certificate. */
  ca: string
  /** Every request that came, those with a fault too. */
  seen: SeenRequest[]
  /** Decides about every request. */
  fault: (request: SeenRequest) => Fault | undefined
  /** Breaks all connections. */
  cutAll(): void
  /** From now on no byte of the answers that have begun goes through. */
  freeze(): void
  close(): Promise<void>
}

export async function startFaultProxy(controlPlane: ControlPlane): Promise<FaultProxy> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'osferry-fault-proxy-'))
  const authority = createAuthority(directory)
  const pair = authority.server('proxy', ['IP:127.0.0.1'])
  const agent = new https.Agent({
    keepAlive: true,
    ca: readFileSync(controlPlane.ca),
    cert: readFileSync(controlPlane.certificate),
    key: readFileSync(controlPlane.key),
  })
  const sockets = new Set<TLSSocket>()
  const streams = new Set<IncomingMessage>()

  const server = https.createServer(
    { cert: readFileSync(pair.certificate), key: readFileSync(pair.key) },
    (request, response) => void handle(request, response),
  )
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
    const seen = { method: request.method ?? '', url: request.url ?? '', body }
    proxy.seen.push(seen)
    const fault = proxy.fault(seen)
    if (fault === 'cut') return void request.socket.destroy()
    if (typeof fault === 'object') {
      const { status, headers, type = 'application/json' } = fault
      return void response.writeHead(status, { 'content-type': type, ...headers }).end(fault.body)
    }
    return forward({ request, response, body, lost: fault === 'cut-after' })
  }

  function forward(options: {
    request: IncomingMessage
    response: ServerResponse
    body: string
    lost: boolean
  }): void {
    const { request, response, body, lost } = options
    const { host: _, connection: __, ...headers } = request.headers
    const target = new URL(request.url ?? '', controlPlane.url)
    const onward = https.request(target, { method: request.method, headers, agent }, (answer) => {
      answer.on('error', () => request.socket.destroy())
      if (lost) {
        answer.resume().once('end', () => request.socket.destroy())
        return
      }
      streams.add(answer)
      answer.once('close', () => streams.delete(answer))
      // A watch answers before it has anything to say.
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
    })
    onward.on('error', () => request.socket.destroy())
    response.once('close', () => onward.destroy())
    onward.end(body)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FaultProxy = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: readFileSync(authority.certificate, 'utf8'),
    seen: [],
    fault: () => undefined,
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    freeze: () => {
      for (const stream of streams) stream.unpipe().pause()
    },
    close: async () => {
      proxy.cutAll()
      agent.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return proxy
}
