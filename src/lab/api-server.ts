import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { LabAnswer, LabRequest, LabUser } from '../simulate/lab-cluster.ts'
import { LabStatusError, refusal } from '../simulate/lab-status.ts'
import { readBody } from './api-body.ts'
import { userOf } from './api-login.ts'
import { streamWatch } from './api-stream.ts'
import type { RunningCluster } from './run-cluster.ts'

export interface LabApiOptions {
  /** Of 127.0.0.1; any free one unless said otherwise. */
  port?: number
  /** PEM texts: HTTPS with client certificates of this CA. Plain HTTP without. */
  tls?: { ca: string; certificate: string; key: string }
  /** Users by their bearer token. */
  tokens?: Readonly<Record<string, LabUser>>
  /** Told of every request when its answer begins. */
  onAnswer?: (request: AnsweredRequest) => void
}

export interface AnsweredRequest {
  method: string
  /** With its query. */
  url: string
  user: LabUser | undefined
  status: number
}

/** The API of a lab cluster on loopback. */
export interface LabApiServer {
  url: string
  /** Breaks all connections and takes no new ones, like a server that was killed. */
  halt(): Promise<void>
  /** Listens again on the same port; watches and pages of before are forgotten. */
  resume(): Promise<void>
  close(): Promise<void>
}

/** Serves a cluster until it is closed. */
export async function serveLabApi(
  cluster: RunningCluster,
  options: LabApiOptions = {},
): Promise<LabApiServer> {
  const { tls, tokens = {}, onAnswer } = options
  const sockets = new Set<Socket>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const user = userOf(request, tokens)
    const read = await readBody(request)
    const told = (status: number): void => onAnswer?.({ method, url, user, status })
    const result = resultOf(cluster, { request, user, read })
    if ('open' in result) {
      told(200)
      streamWatch(response, result, new URL(url, 'http://lab').searchParams)
      return
    }
    send(response, result)
    told(result.status)
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy())
  }
  const server =
    tls === undefined
      ? http.createServer(listener)
      : https.createServer(
          { cert: tls.certificate, key: tls.key, ca: tls.ca, requestCert: true, rejectUnauthorized: false },
          listener,
        )
  // Clients keep connections for the next request, which may be long in coming.
  server.keepAliveTimeout = 120_000
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  const halt = async (): Promise<void> => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    halt,
    async resume(): Promise<void> {
      await halt()
      cluster.forgetHistory()
      await listen(server, port)
    },
    close: halt,
  }
}

function resultOf(
  cluster: RunningCluster,
  {
    request,
    user,
    read,
  }: { request: IncomingMessage; user: LabUser | undefined; read: Awaited<ReturnType<typeof readBody>> },
): ReturnType<RunningCluster['handle']> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lab')
  if (user === undefined && !['/readyz', '/livez', '/healthz'].includes(pathname))
    return refusal(new LabStatusError(401, 'Unauthorized', { message: 'Unauthorized' }))
  if ('problem' in read) {
    const { status, message } = read.problem
    return refusal(
      new LabStatusError(status, status === 413 ? 'RequestEntityTooLarge' : 'BadRequest', { message }),
    )
  }
  const asked: LabRequest = {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    body: read.body,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    user: user ?? { name: 'system:anonymous', groups: [] },
  }
  try {
    return cluster.handle(asked)
  } catch (error) {
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`
    return refusal(new LabStatusError(500, 'InternalError', { message }))
  }
}

function send(response: ServerResponse, { status, body, headers }: LabAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, {
    'content-type': type,
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  response.end(text)
}

async function listen(server: http.Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
