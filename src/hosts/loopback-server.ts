import { once } from 'node:events'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type ServerChannel } from 'ssh2'
import { createByteSink } from './byte-sink.ts'
import { splitWords } from './secrets.ts'

/** What a client ran on a loopback host. */
export interface LoopbackCall {
  host: string
  /** The command line as it came, and its words as a POSIX shell would split them. */
  command: string
  argv: readonly string[]
  stdin: Uint8Array
}

/** What the host answers; `afterwards` makes it misbehave after the output: vanish, stay silent, or never stop talking. */
export interface LoopbackAnswer {
  stdout: string | Uint8Array
  stderr?: string | Uint8Array
  exitCode: number
  afterwards?: 'drop' | 'hang' | 'flood'
}

export type LoopbackHandler = (call: LoopbackCall) => LoopbackAnswer | Promise<LoopbackAnswer>

/** A real SSH server in this process, on 127.0.0.1 and a free port. */
export interface LoopbackServer {
  host: string
  address: '127.0.0.1'
  port: number
  /** A line for a known_hosts file. */
  knownHosts: string
  close(): Promise<void>
}

/** A login key made for one run: the private part for the client, the public part for the servers. */
export interface LoopbackKey {
  privateKey: string
  publicKey: string
}

/** Makes an ed25519 key: for logging in to loopback servers, or for one of them to be known by. */
export function createLoopbackKey(comment = 'osferry-loopback'): LoopbackKey {
  return generateKey(comment)
}

/** What a known_hosts file says of the server with this key on a port. */
export function loopbackKnownHosts(port: number, { publicKey }: Pick<LoopbackKey, 'publicKey'>): string {
  return `[127.0.0.1]:${port} ${publicKey.split(' ').slice(0, 2).join(' ')}\n`
}

/** ssh2 writes about one ed25519 key in 256 so that it cannot read it again (a leading zero is lost): then another one. */
function generateKey(comment: string): LoopbackKey {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) {
      return { privateKey: pair.private, publicKey: pair.public }
    }
  }
  throw new Error('ssh2 made no readable key in 20 attempts')
}

/** Starts one host: its own host key, login by `clientKey` only, every command answered by `handler`. */
export async function startLoopbackServer(options: {
  host: string
  clientKey: Pick<LoopbackKey, 'publicKey'>
  handler: LoopbackHandler
  /** A new one unless given. */
  hostKey?: LoopbackKey
  /** A free one unless given. */
  port?: number
}): Promise<LoopbackServer> {
  const hostKey = options.hostKey ?? generateKey(options.host)
  const allowed = parsePublicKey(options.clientKey.publicKey)
  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateKey] })
  const sockets = new Map<Connection, Socket>()
  const open = new Set<Socket>()
  ssh.on('connection', (connection) => {
    // injectSocket makes the connection synchronously, so the newest socket is this connection's.
    const socket = [...open].at(-1)
    if (socket !== undefined) sockets.set(connection, socket)
    connection.on('error', () => {})
    connection.on('authentication', (context) => authenticate(context, allowed))
    connection.on('session', (accept) => {
      const session = accept()
      session.on('exec', (acceptExec, _reject, info) => {
        void answer(acceptExec(), info.command, {
          ...options,
          drop: () => sockets.get(connection)?.destroy(),
        })
      })
    })
  })
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
    ssh.injectSocket(socket)
  })
  const port = await listen(server, options.port)
  return {
    host: options.host,
    address: '127.0.0.1',
    port,
    knownHosts: loopbackKnownHosts(port, hostKey),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

const maxStdinBytes = 16 * 1024 * 1024

async function answer(
  channel: ServerChannel,
  command: string,
  options: { host: string; handler: LoopbackHandler; drop: () => void },
): Promise<void> {
  channel.on('error', () => {})
  const stdin = await readStdin(channel)
  const call = { host: options.host, command, argv: splitWords(command) ?? [], stdin }
  const given = await ask(options.handler, call)
  await write(channel, given.stdout)
  if (given.stderr !== undefined) await write(channel.stderr, given.stderr)
  if (given.afterwards === 'hang') return
  if (given.afterwards === 'drop') return options.drop()
  if (given.afterwards === 'flood') return await flood(channel)
  channel.exit(given.exitCode)
  channel.end()
}

async function ask(handler: LoopbackHandler, call: LoopbackCall): Promise<LoopbackAnswer> {
  try {
    return await handler(call)
  } catch (error) {
    return { stdout: '', stderr: `${String(error)}\n`, exitCode: 255 }
  }
}

async function readStdin(channel: ServerChannel): Promise<Uint8Array> {
  const sink = createByteSink()
  for await (const chunk of channel as AsyncIterable<Uint8Array>) {
    if (sink.length + chunk.length <= maxStdinBytes) sink.push(chunk)
  }
  return sink.bytes()
}

function write(
  stream: { write(data: string | Uint8Array, done: () => void): boolean },
  data: string | Uint8Array,
): Promise<void> {
  return new Promise((resolve) => {
    if (data.length === 0) resolve()
    else stream.write(data, () => resolve())
  })
}

async function flood(channel: ServerChannel): Promise<void> {
  const chunk = Buffer.alloc(32 * 1024, 'y\n')
  const closed = once(channel, 'close')
  const over = closed.then(() => true)
  while (channel.writable) {
    if (await Promise.race([over, write(channel, chunk).then(() => false)])) return
  }
}

function authenticate(context: AuthContext, allowed: ParsedKey): void {
  if (context.method !== 'publickey' || !context.key.data.equals(allowed.getPublicSSH())) {
    return context.reject(['publickey'])
  }
  const { signature, blob, hashAlgo } = context
  if (signature === undefined) return context.accept()
  if (blob !== undefined && allowed.verify(blob, signature, hashAlgo)) context.accept()
  else context.reject(['publickey'])
}

function parsePublicKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}

function listen(server: NetServer, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const bound = server.address()
      if (typeof bound === 'object' && bound !== null) resolve(bound.port)
      else reject(new Error('the loopback server has no port'))
    })
  })
}
