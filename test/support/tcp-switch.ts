import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** An address of which a test decides what answers there: another machine, or none. */
export interface TcpSwitch {
  port: number
  /** Port of 127.0.0.1 that new connections go to; undefined = they are cut at once. */
  to: number | undefined
  /** Cuts the connections that are open. */
  cut(): void
  /** Cuts them once, when so many more bytes have come from the other side; asked again it counts anew. */
  cutAfter(bytes: number): void
  /** How often that has come about. */
  drops: number
  /** Cuts the connections that are open, and refuses new ones. */
  leave(): void
  /** Takes connections again. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function startTcpSwitch(to: number): Promise<TcpSwitch> {
  const open = new Set<Socket>()
  let left: number | undefined
  const count = (chunk: Buffer): void => {
    if (left === undefined) return
    left -= chunk.length
    if (left >= 0) return
    left = undefined
    made.drops += 1
    made.cut()
  }
  const server = createServer((socket) => {
    if (made.to === undefined) {
      socket.destroy()
      return
    }
    const other = connect({ host: '127.0.0.1', port: made.to, noDelay: true })
    other.on('data', count)
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      open.add(one)
      one.on('error', () => two.destroy())
      one.once('close', () => {
        open.delete(one)
        two.destroy()
      })
      one.pipe(two)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const made: TcpSwitch = {
    port: (server.address() as AddressInfo).port,
    to,
    drops: 0,
    cut(): void {
      for (const socket of open) socket.destroy()
    },
    cutAfter(bytes): void {
      left = bytes
    },
    leave(): void {
      made.cut()
      server.close()
    },
    async comeBack(): Promise<void> {
      if (server.listening) return
      server.listen(made.port, '127.0.0.1')
      await once(server, 'listening')
    },
    async close(): Promise<void> {
      made.cut()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
  return made
}
