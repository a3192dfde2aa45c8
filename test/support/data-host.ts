import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host, HostConnector } from '../../src/model/ports.ts'
import { knownHostsFile, never, sshHost, sshSettings, testConnector, type backends } from './ssh-host.ts'
import type { Sshd, SshdBed } from './sshd.ts'

/** A real sshd whose commands see other programs or another disk than this machine has. */
interface DataHostOptions {
  /** Runs before every command, as start files of the shell do. */
  login?: string
  backend?: (typeof backends)[number]
  /** The only programs that are there, beside those of `programs`. */
  tools?: readonly string[]
  /** Scripts of bash by the name of the program that they stand for; the real one is `/usr/bin/NAME`. */
  programs?: Readonly<Record<string, string>>
  /** A directory where every command finds an empty file system of so many KiB of its own. */
  disk?: { path: string; kib: number }
}

/** A connected host and the sshd that it is. */
export interface DataHost {
  host: Host
  sshd: Sshd
  close(): Promise<void>
}

/** What the scripts of src/artifacts call on a host. */
export const usualTools = [
  'bash',
  'sh',
  'tar',
  'zstd',
  'gzip',
  'cat',
  'head',
  'find',
  'ls',
  'mkdir',
  'realpath',
  'rm',
  'sync',
  'timeout',
  'printf',
  'env',
] as const

/** Starts one. Each command runs under its ForceCommand, so nothing of this machine is changed. */
export async function startDataHost(bed: SshdBed, options: DataHostOptions = {}): Promise<DataHost> {
  const before: string[] = options.login === undefined ? [] : [`{ ${options.login}; }`]
  if (options.disk !== undefined) {
    const { path, kib } = options.disk
    before.push(`mkdir -p ${path}`, `mount -t tmpfs -o size=${kib}k tmpfs ${path}`)
  }
  if (options.tools !== undefined || options.programs !== undefined)
    before.push(`export PATH=${toolbox(bed, options)}`)
  const command = [...before, 'eval "$SSH_ORIGINAL_COMMAND"'].join(' && ')
  const wrapper = join(bed.dir, `command-${++number}`)
  writeFileSync(wrapper, `#!/bin/bash\n${command}\n`, { mode: 0o755 })
  const isolated = options.disk === undefined ? wrapper : `unshare --mount ${wrapper}`
  const sshd = await bed.start(before.length === 0 ? {} : { config: [`ForceCommand ${isolated}`] })
  const connector: HostConnector = testConnector(bed, { keepalive: { intervalMs: 1000, countMax: 5 } })
  const known = knownHostsFile(bed, sshd.knownHosts)
  const settings = sshSettings(bed, {
    port: sshd.port,
    backend: options.backend ?? 'ssh2',
    knownHostsFiles: [known],
  })
  const host = await connector.connect(sshHost('127.0.0.1', settings, 'node-1'), { signal: never })
  return {
    host,
    sshd,
    async close() {
      await host.close()
      await connector.close()
      await sshd.stop()
    },
  }
}

function toolbox(bed: SshdBed, { tools = usualTools, programs = {} }: DataHostOptions): string {
  const directory = join(bed.dir, `tools-${++number}`)
  mkdirSync(directory)
  for (const name of tools) if (!(name in programs)) symlinkSync(`/usr/bin/${name}`, join(directory, name))
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  }
  return directory
}

let number = 0
