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
  close(): Promise<void>
}

export async function startTcpSwitch(to: number): Promise<TcpSwitch> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    if (made.to === undefined) {
      socket.destroy()
      return
    }
    const other = connect({ host: '127.0.0.1', port: made.to, noDelay: true })
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
    cut(): void {
      for (const socket of open) socket.destroy()
    },
    async close(): Promise<void> {
      made.cut()
      server.close()
      await once(server, 'close')
    },
  }
  return made
}
