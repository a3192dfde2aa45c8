import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The key exchange, cipher and key lists of CentOS 8's OpenSSH 8.0 in its DEFAULT crypto policy. */
const centos8Algorithms: readonly string[] = [
  'KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
  'Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr',
  'MACs hmac-sha2-256-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha1,umac-128@openssh.com,hmac-sha2-512',
  'HostKeyAlgorithms ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,ssh-ed25519,rsa-sha2-256,rsa-sha2-512',
]

export type KeyKind = 'ed25519' | 'rsa' | 'ecdsa'

interface SshdOptions {
  /** Any 127.x.y.z; 127.0.0.1 when left out. */
  address?: string
  hostKeys?: readonly KeyKind[]
  /** Public key lines; the bed's own client key is always in. */
  authorizedKeys?: readonly string[]
  /** More sshd_config lines. They come first, so they win over the harness's own. */
  config?: readonly string[]
}

/** A running sshd; `stop` ends it and all its sessions. */
export interface Sshd {
  address: string
  port: number
  dir: string
  pid: number
  /** known_hosts lines for its host keys, one a key. */
  knownHosts: string
  hostKeyFile(kind: KeyKind): string
  /** Pids of the processes that serve connections now. */
  sessions(): readonly number[]
  log(): string
  stop(): Promise<void>
}

/** A temp dir with a client key, and any number of sshd processes; all of it goes away with `close`. */
export interface SshdBed {
  dir: string
  /** Private ed25519 key that every sshd of the bed accepts for the login user. */
  keyFile: string
  publicKey: string
  start(options?: SshdOptions): Promise<Sshd>
  startMany(count: number, options?: SshdOptions): Promise<readonly Sshd[]>
  close(): Promise<void>
}

/** Makes an empty bed. Needs OpenSSH's sshd and ssh-keygen; logins as the user who runs the tests. */
export function createSshdBed(): SshdBed {
  const dir = mkdtempSync(join(tmpdir(), 'osferry-sshd-'))
  chmodSync(dir, 0o755)
  const running = new Set<Sshd>()
  const keyFile = makeKey(join(dir, 'client_ed25519'), 'ed25519')
  const publicKey = readFileSync(`${keyFile}.pub`, 'utf8').trim()
  let number = 0

  async function start(options: SshdOptions = {}): Promise<Sshd> {
    const own = join(dir, `sshd-${++number}`)
    mkdirSync(own, { mode: 0o755 })
    const address = options.address ?? '127.0.0.1'
    const port = await freePort(address)
    const kinds = options.hostKeys ?? ['ed25519']
    for (const kind of kinds) makeKey(join(own, `host_${kind}`), kind)
    writeFileSync(
      join(own, 'authorized_keys'),
      [publicKey, ...(options.authorizedKeys ?? []), ''].join('\n'),
      {
        mode: 0o644,
      },
    )
    const lines = [
      ...(options.config ?? []),
      `ListenAddress ${address}:${port}`,
      ...kinds.map((kind) => `HostKey ${join(own, `host_${kind}`)}`),
      `AuthorizedKeysFile ${join(own, 'authorized_keys')}`,
      `PidFile ${join(own, 'sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'LogLevel VERBOSE',
      // The login user's own start files are not the tests' business.
      `SetEnv HOME=${join(dir, 'home')}`,
      ...centos8Algorithms,
      '',
    ]
    writeFileSync(join(own, 'sshd_config'), lines.join('\n'))
    const process = launch(own)
    const sshd = describe({ own, address, port, kinds, process }, () => running.delete(sshd))
    running.add(sshd)
    await waitForPort(sshd, process)
    return sshd
  }

  return {
    dir,
    keyFile,
    publicKey,
    start,
    async startMany(count, options = {}) {
      const started: Sshd[] = []
      for (let index = 0; index < count; index++) {
        started.push(
          await start({ address: `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`, ...options }),
        )
      }
      return started
    },
    async close() {
      await Promise.all([...running].map((sshd) => sshd.stop()))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Makes a key pair with ssh-keygen and gives back the private key's path. */
export function makeKey(
  path: string,
  kind: KeyKind,
  options: { passphrase?: string; pem?: boolean } = {},
): string {
  const bits = kind === 'rsa' ? ['-b', '2048'] : []
  const format = options.pem === true ? ['-m', 'PEM'] : []
  const passphrase = options.passphrase ?? ''
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    kind,
    ...bits,
    ...format,
    '-N',
    passphrase,
    '-C',
    'osferry-test',
    '-f',
    path,
  ])
  return path
}

/** Finds sshd, which is not in every PATH and must be started by its absolute path. */
function sshdPath(): string {
  const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((path) => existsSync(path))
  if (found === undefined) throw new Error('sshd is not installed (Debian: openssh-server)')
  return found
}

function launch(own: string): ChildProcess {
  if (process.geteuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  return spawn(sshdPath(), ['-D', '-f', join(own, 'sshd_config'), '-E', join(own, 'log')], {
    stdio: 'ignore',
  })
}

function describe(
  parts: { own: string; address: string; port: number; kinds: readonly KeyKind[]; process: ChildProcess },
  onStopped: () => void,
): Sshd {
  const { own, address, port, kinds, process: child } = parts
  const pid = child.pid ?? 0
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const hostKeyFile = (kind: KeyKind): string => join(own, `host_${kind}`)
  const names = port === 22 ? address : `[${address}]:${port}`
  const publicKeys = kinds.map((kind) =>
    readFileSync(`${hostKeyFile(kind)}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' '),
  )
  return {
    address,
    port,
    dir: own,
    pid,
    knownHosts: publicKeys.map((key) => `${names} ${key}\n`).join(''),
    hostKeyFile,
    sessions: () => descendants(pid),
    log: () => readFileSync(join(own, 'log'), 'utf8'),
    async stop() {
      const sessions = descendants(pid)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      for (const session of sessions) killQuietly(session)
      await ended
      onStopped()
    },
  }
}

/** Children of a process, their children, and so on, from /proc. */
export function descendants(pid: number): readonly number[] {
  const direct = (id: number): number[] => {
    try {
      return readFileSync(`/proc/${id}/task/${id}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number)
    } catch {
      return []
    }
  }
  const found: number[] = []
  const open = [pid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const children = direct(next)
    found.push(...children)
    open.push(...children)
  }
  return found
}

/** Kills a process that may end by itself at this moment, with its parent for example; one that is stopped, too. */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** A port nothing listens on now. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, address, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })
}

async function waitForPort(sshd: Sshd, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (child.exitCode !== null) throw new Error(`sshd ended at once:\n${sshd.log()}`)
    if (await listens(sshd)) return
    await sleep(10)
  }
  throw new Error(`sshd does not listen on ${sshd.address}:${sshd.port}`)
}

function listens({ address, port }: Sshd): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
