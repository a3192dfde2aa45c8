import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { MigrationError } from '../model/errors.ts'

export interface ListenAddress {
  host: string
  /** 0 = any free one. */
  port: number
}

export interface BootListener extends ListenAddress {
  /** PEM; plain HTTP without. */
  tls?: { key: string; certificate: string }
}

/** How much a client may take of the server before it is cut off. */
export interface BootLimits {
  /** Until a connection is encrypted, and until the head of a request is here. */
  headMs: number
  /** Until the whole request is here. */
  requestMs: number
  /** Without a byte in either direction. */
  idleMs: number
  /** Connections from one address at once; more are closed at once. */
  perAddress: number
}

export const usualBootLimits: BootLimits = {
  headMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
  perAddress: 64,
}

/** Of all addresses together, for each port. */
const mostConnections = 2048
/** Of the head of a request; Node.js answers 431 to more. */
const mostHeadBytes = 8192
/** Between requests of one connection. */
const keepMs = 5000

/** Ports that are open. */
export interface BootServer {
  /** `https://127.0.0.1:8443`, in the order of the listeners. */
  urls: readonly string[]
  /** Cuts every connection. */
  close(): Promise<void>
}

export type BootRequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Opens all ports, or none. Rejects with BOOT_LISTEN_FAILED. */
export async function startBootServer(
  listeners: readonly BootListener[],
  { onRequest, limits }: { onRequest: BootRequestListener; limits: BootLimits },
): Promise<BootServer> {
  const open: OpenPort[] = []
  const close = async (): Promise<void> => {
    for (const port of open) await port.close()
  }
  try {
    for (const listener of listeners) open.push(await openPort(listener, { onRequest, limits }))
    return { urls: open.map(({ url }) => url), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface OpenPort {
  url: string
  close(): Promise<void>
}

async function openPort(
  { host, port, tls }: BootListener,
  { onRequest, limits }: { onRequest: BootRequestListener; limits: BootLimits },
): Promise<OpenPort> {
  const options = {
    maxHeaderSize: mostHeadBytes,
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1000, limits.headMs / 4),
    keepAliveTimeout: keepMs,
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    onRequest(request, response).catch(() => response.destroy())
  }
  const server =
    tls === undefined
      ? http.createServer(options, answer)
      : https.createServer(
          {
            ...options,
            key: tls.key,
            cert: tls.certificate,
            minVersion: 'TLSv1.2',
            handshakeTimeout: limits.headMs,
          },
          answer,
        )
  server.timeout = limits.idleMs
  server.maxConnections = mostConnections
  const sockets = countSockets(server, limits)
  await listening(server, { host, port })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${urlHost(host)}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** All connections, before anything of them is encrypted; what is too many from one address is closed. */
function countSockets(
  server: http.Server | https.Server,
  { perAddress, idleMs }: BootLimits,
): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  const counts = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (counts.get(address) ?? 0) + 1
    socket.on('error', () => undefined)
    if (count > perAddress) {
      socket.destroy()
      return
    }
    counts.set(address, count)
    sockets.add(socket)
    // A connection whose encryption never ends is no connection of HTTP yet.
    socket.setTimeout(idleMs, () => socket.destroy())
    socket.once('close', () => {
      sockets.delete(socket)
      const left = (counts.get(address) ?? 1) - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    })
  })
  return sockets
}

function listening(server: http.Server | https.Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message
      reject(
        new MigrationError('BOOT_LISTEN_FAILED', `${urlHost(host)}:${port} cannot be listened on: ${why}`, {
          hint: 'choose an address of this machine, and a port that is free',
          cause: error,
        }),
      )
    })
    server.listen({ host, port }, resolve)
  })
}

/** As it stands in an address. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
