import net from 'node:net'

/** A TCP link on loopback that holds every byte for `oneWayMs` in each direction, and the first byte for the handshake. */
export async function startDelayLink(options: {
  host: string
  port: number
  oneWayMs: number
}): Promise<{ port: number; stop: () => void }> {
  const server = net.createServer({ noDelay: true }, (near) => {
    const far = net.connect({ host: options.host, port: options.port, noDelay: true })
    // TCP's own handshake takes a round trip before the client may send.
    relay(near, far, options.oneWayMs)
    relay(far, near, options.oneWayMs * 3)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the link has no port')
  return { port: address.port, stop: () => void server.close() }
}

/** The extra delay of the very first answer stands for the handshake; afterwards each chunk takes one way. */
function relay(from: net.Socket, to: net.Socket, firstMs: number): void {
  const oneWayMs = Math.min(firstMs, 10)
  let readyAt = 0
  let delay = firstMs
  from.on('data', (chunk: Buffer) => {
    readyAt = Math.max(readyAt, performance.now() + delay)
    delay = oneWayMs
    setTimeout(() => to.write(chunk), readyAt - performance.now())
  })
  from.on('close', () => setTimeout(() => to.destroy(), oneWayMs + 5))
  from.on('error', () => to.destroy())
}
