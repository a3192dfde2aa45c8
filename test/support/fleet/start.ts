import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { baseLayer, personalityLayer } from './layers.ts'
import type { Personality } from './personality.ts'
import { setModes } from './modes.ts'
import { personalities } from './personalities.ts'

/** What goes wrong on a host: a program that answers instead of the shell, or no sshd at all. */
export const faults = {
  hang: 'sleep 900',
  flood: 'yes 0123456789abcdef0123456789abcdef0123456789abcdef',
  binary: 'head -c 300000 /dev/urandom',
  'cut-frame': 'sh -s | head -c 70000',
  escapes: String.raw`printf "\033[2J\033]0;owned\007\342\200\256 hello"; sh -s`,
  silent: 'true',
  refused: '',
} as const
export type Fault = keyof typeof faults

export interface HostRequest {
  name: string
  /** A name of personalities.ts. */
  personality: string
  fault?: Fault
  /** Files laid over the personality's, paths without a leading slash. */
  files?: Readonly<Record<string, string>>
  /** Lines put before the rest of sshd_config. */
  sshdConfig?: readonly string[]
}

export interface FleetHost {
  name: string
  address: string
  port: number
  personality: string
  fault: Fault | undefined
  publicKey: string
  /** Where this host's own files were written; the root itself exists only inside the host's mount namespace. */
  layer: string
  /** pid of the namespace's init, to look at its root through /proc/PID/root. */
  pid: number | undefined
}

export interface Fleet {
  directory: string
  hosts: readonly FleetHost[]
  /** Private key that every account of every host accepts. */
  keyFile: string
  knownHostsFile: string
  /** inventory/v1 text for these hosts. */
  inventory(ssh?: Readonly<Record<string, unknown>>): string
  stop(): Promise<void>
}

export interface FleetOptions {
  /** Addresses are 127.NETWORK.x.y. */
  network?: number
  /** Layers between the host's own files and its personality. */
  extraLayers?: readonly string[]
  /** A tmpfs on /tmp, for tools that write on the hosts they visit. */
  scratch?: boolean
}

const port = 22_022

/**
 * Starts real OpenSSH servers, each in its own mount, pid and host-name namespace with a root of its own that looks
 * like a CentOS 8 host and is mounted read-only. Needs root.
 */
export async function startFleet(
  requests: readonly HostRequest[],
  options: FleetOptions = {},
): Promise<Fleet> {
  const { network = 77, extraLayers = [], scratch = false } = options
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-fleet-'))
  fs.chmodSync(directory, 0o711)
  const keyFile = path.join(directory, 'id_ed25519')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'fleet', '-f', keyFile])
  const children: ChildProcess[] = []
  const hosts: FleetHost[] = []
  for (const [index, request] of requests.entries()) {
    const address = `127.${network}.${Math.floor(index / 250)}.${1 + (index % 250)}`
    const prepared = prepareHost(directory, request, {
      address,
      authorizedKey: fs.readFileSync(`${keyFile}.pub`, 'utf8'),
    })
    const child =
      request.fault === 'refused'
        ? undefined
        : launch(directory, request, { layers: [prepared.layer, ...extraLayers], scratch })
    if (child !== undefined) children.push(child)
    hosts.push({ ...prepared, pid: child?.pid })
  }
  await Promise.all(hosts.filter((host) => host.fault !== 'refused').map((host) => waitForPort(host)))
  const knownHostsFile = path.join(directory, 'known_hosts')
  fs.writeFileSync(
    knownHostsFile,
    hosts.map((host) => `[${host.address}]:${host.port} ${host.publicKey}\n`).join(''),
  )
  return {
    directory,
    hosts,
    keyFile,
    knownHostsFile,
    inventory: (ssh) =>
      inventoryText(hosts, {
        identityFiles: [keyFile],
        knownHostsFiles: [knownHostsFile],
        user: 'root',
        ...ssh,
      }),
    stop: () => stopFleet(directory, children),
  }
}

function prepareHost(
  directory: string,
  request: HostRequest,
  place: { address: string; authorizedKey: string },
): Omit<FleetHost, 'pid'> {
  const layer = path.join(directory, 'hosts', request.name)
  fs.mkdirSync(path.join(layer, 'etc/ssh'), { recursive: true })
  fs.mkdirSync(path.join(directory, 'roots', request.name), { recursive: true })
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    '',
    '-f',
    path.join(layer, 'etc/ssh/ssh_host_ed25519_key'),
  ])
  const machineId = createHash('md5').update(request.name).digest('hex')
  const machineFiles = Object.entries(personalityOf(request).machineFiles).map(([name, text]) => [
    name.replaceAll('MACHINE_ID', machineId),
    text.replaceAll('MACHINE_ID', machineId),
  ])
  const files: Record<string, string> = {
    ...Object.fromEntries(machineFiles),
    'etc/hostname': `${request.name}\n`,
    'proc/sys/kernel/hostname': `${request.name}\n`,
    // No test host ever asks a name server: nsswitch.conf says files only.
    'etc/hosts': `127.0.0.1 localhost localhost.localdomain\n::1 localhost\n10.20.0.5 registry.prod.example registry\n10.20.1.11 ${request.name}.prod.example ${request.name}\n`,
    'etc/machine-id': `${machineId}\n`,
    'proc/sys/kernel/random/boot_id': `${uuid()}\n`,
    'sys/class/dmi/id/product_uuid': `${uuid()}\n`,
    'etc/ssh/authorized_keys': place.authorizedKey,
    'etc/ssh/sshd_config': sshdConfig(request, place.address),
    ...request.files,
  }
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(layer, name)), { recursive: true })
    fs.writeFileSync(path.join(layer, name), text, { mode: 0o644 })
  }
  setModes(layer)
  const publicKey = fs.readFileSync(path.join(layer, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').trim()
  return {
    name: request.name,
    address: place.address,
    port,
    personality: request.personality,
    fault: request.fault,
    publicKey,
    layer,
  }
}

/** The algorithm lists are those of CentOS 8's DEFAULT crypto policy. */
function sshdConfig(request: HostRequest, address: string): string {
  const fault =
    request.fault === undefined || request.fault === 'refused'
      ? []
      : [`ForceCommand ${faults[request.fault]}`]
  return [
    ...(request.sshdConfig ?? []),
    ...fault,
    `ListenAddress ${address}:${port}`,
    'HostKey /etc/ssh/ssh_host_ed25519_key',
    'AuthorizedKeysFile /etc/ssh/authorized_keys',
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication yes',
    'PrintMotd no',
    'UseDNS no',
    'KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
    'Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes256-cbc,aes128-gcm@openssh.com,aes128-ctr,aes128-cbc',
    '',
  ].join('\n')
}

function launch(
  directory: string,
  request: HostRequest,
  { layers, scratch }: { layers: readonly string[]; scratch: boolean },
): ChildProcess {
  const personality = personalityOf(request)
  const root = path.join(directory, 'roots', request.name)
  const lower = [...layers, personalityLayer(personality), baseLayer()].join(':')
  const script =
    'mount --make-rprivate / && hostname "$1" && mount -t overlay -o "ro,lowerdir=$2" overlay "$3" && mount -t proc proc "$3/run/realproc" && { [ "$4" = false ] || mount -t tmpfs -o size=64m scratch "$3/tmp"; } && exec chroot "$3" /usr/sbin/sshd -D -e'
  const log = fs.openSync(path.join(directory, `${request.name}.sshd.log`), 'w')
  const child = spawn(
    'unshare',
    [
      '--mount',
      '--uts',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      script,
      'sh',
      request.name,
      lower,
      root,
      String(scratch),
    ],
    {
      stdio: ['ignore', log, log],
    },
  )
  fs.closeSync(log)
  return child
}

function personalityOf(request: HostRequest): Personality {
  const personality = personalities.find((entry) => entry.name === request.personality)
  if (personality === undefined) throw new Error(`no personality is called ${request.personality}`)
  return personality
}

async function waitForPort(host: FleetHost): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await canConnect(host)) return
    await wait(50)
  }
  throw new Error(`sshd of ${host.name} did not answer on ${host.address}:${host.port}`)
}

function canConnect(host: FleetHost): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: host.address, port: host.port })
    socket.once('data', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

function inventoryText(hosts: readonly FleetHost[], ssh: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    {
      schema: 'inventory/v1',
      defaults: { ssh: { port, ...ssh } },
      hosts: hosts.map((host) => ({
        name: host.name,
        address: host.address,
        labels: {
          ...personalities.find((entry) => entry.name === host.personality)?.labels,
          personality: host.personality,
        },
      })),
    },
    null,
    1,
  )
}

async function stopFleet(directory: string, children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    }),
  )
  fs.rmSync(directory, { recursive: true, force: true })
}

function uuid(): string {
  return randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The root of a running host as this machine sees it. */
export function rootOf(host: FleetHost): string {
  const children = fs.readFileSync(`/proc/${host.pid}/task/${host.pid}/children`, 'utf8').trim().split(' ')
  return `/proc/${children[0]}/root`
}
