import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../../src/model/ports.ts'
import { knownHostsFile, never, sshHost, sshSettings, testConnector } from './ssh-host.ts'
import type { Sshd, SshdBed } from './sshd.ts'

/** A host with a real containerd, or with a program that stands for docker, behind a real sshd. */
export interface ImageHost {
  host: Host
  sshd: Sshd
  /** The public key of its host key: `ssh-ed25519 AAAA...`. */
  publicKey: string
  /** Calls its containerd. */
  ctr(...argv: readonly string[]): string
  /** Every name of the namespace of Kubernetes with its digest. */
  names(): Readonly<Record<string, string>>
  close(): Promise<void>
}

interface ImageHostOptions {
  /** Scripts of bash by the name of the program that they stand for; the real one is `/usr/bin/NAME`. */
  programs?: Readonly<Record<string, string>>
  /** Programs of /usr/bin that are not there. */
  without?: readonly string[]
  /** Default true. */
  containerd?: boolean
  /** Somebody listens where docker does. */
  docker?: boolean
  /** Default: that of the machine that runs the tests. */
  machineId?: string
}

/**
 * Starts one. Its commands run in a mount namespace with a /run of its own, so that any number of them finds its containerd
 * where it always is; without a snapshotter that needs a kernel's help.
 */
export async function startImageHost(
  bed: SshdBed,
  name: string,
  { programs = {}, without = [], containerd = true, docker = false, machineId }: ImageHostOptions = {},
): Promise<ImageHost> {
  const directory = join(bed.dir, `${name}-${++number}`)
  const run = join(directory, 'run')
  const tools = join(directory, 'tools')
  for (const path of [join(run, 'containerd'), join(directory, 'root'), tools])
    mkdirSync(path, { recursive: true })
  for (const [program, script] of Object.entries(programs))
    writeFileSync(join(tools, program), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  writeFileSync(
    join(directory, 'config.toml'),
    `version = 2\nroot = "${directory}/root"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`,
  )
  const hide = without.map((program) => `mount --bind /dev/null /usr/bin/${program} && `).join('')
  const idFile = join(directory, 'machine-id')
  if (machineId !== undefined) writeFileSync(idFile, `${machineId}\n`)
  const own = machineId === undefined ? '' : `mount --bind ${idFile} /etc/machine-id && `
  const daemon = containerd ? `containerd --config ${directory}/config.toml` : 'sleep infinity'
  const child = spawn(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      'bash',
      '-c',
      `mount --bind ${run} /run && ${hide}${own}exec ${daemon}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const socket = join(run, 'containerd/containerd.sock')
  const dockerd = docker ? await listen(join(run, 'docker.sock')) : undefined
  if (containerd) await waitFor(() => existsSync(socket) && answers(socket), child, said)
  else await waitFor(() => isIsolated(child), child, said)
  const wrapper = join(directory, 'command')
  const command = `exec nsenter -t ${child.pid} -m -- /bin/bash -c "$SSH_ORIGINAL_COMMAND"`
  const path = `export PATH=${tools}:$PATH CONTAINERD_SNAPSHOTTER=native`
  writeFileSync(wrapper, `#!/bin/bash\n${path}\n${command}\n`, { mode: 0o755 })
  const sshd = await bed.start({ config: [`ForceCommand ${wrapper}`] })
  const connector = testConnector(bed)
  const knownHostsFiles = [knownHostsFile(bed, sshd.knownHosts)]
  const settings = sshSettings(bed, { port: sshd.port, knownHostsFiles })
  const host = await connector.connect(sshHost('127.0.0.1', settings, name), { signal: never })
  const ctr = (...argv: readonly string[]): string =>
    execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', ...argv], { encoding: 'utf8' })
  return {
    host,
    sshd,
    publicKey: sshd.knownHosts.trim().split(' ').slice(1).join(' '),
    ctr,
    names() {
      const lines = ctr('images', 'ls').split('\n').slice(1)
      const rows = lines.map((line) => line.split(/\s+/))
      return Object.fromEntries(
        rows.flatMap(([ref, , digest]) => (digest === undefined ? [] : [[ref, digest]])),
      )
    },
    async close() {
      await host.close()
      await connector.close()
      await sshd.stop()
      dockerd?.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await ended
      }
    },
  }
}

async function waitFor(isReady: () => boolean, child: ChildProcess, said: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`it ended at once:\n${said.join('')}`)
    if (isReady()) return
    await sleep(100)
  }
  throw new Error(`it is not ready:\n${said.join('')}`)
}

function answers(socket: string): boolean {
  try {
    execFileSync('ctr', ['-a', socket, 'version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** It has a /run of its own when there is our directory. */
function isIsolated({ pid }: ChildProcess): boolean {
  try {
    execFileSync('nsenter', ['-t', String(pid), '-m', '--', 'test', '-d', '/run/containerd'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

function listen(path: string): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

let number = 0
