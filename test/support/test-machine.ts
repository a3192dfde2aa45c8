import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Sshd, SshdBed } from './sshd.ts'

/** A real sshd whose commands see the ids and the system of another machine. */
export interface TestMachine {
  sshd: Sshd
  machineId: string
  bootId: string
  /** The public key of its host key: `ssh-ed25519 AAAA...`. */
  publicKey: string
  /** From now on it has booted anew. */
  boot(bootId: string): void
}

export interface TestMachineOptions {
  machineId?: string
  bootId?: string
  osRelease?: string
  kernel?: string
  /** Scripts of bash by the name of the program that they stand for. */
  programs?: Readonly<Record<string, string>>
}

/** Starts one. Every command has mounts of its own, so nothing of this machine is changed. */
export async function startTestMachine(bed: SshdBed, options: TestMachineOptions = {}): Promise<TestMachine> {
  const {
    machineId = randomBytes(16).toString('hex'),
    bootId = randomUUID(),
    osRelease,
    kernel,
    programs = {},
  } = options
  const directory = join(bed.dir, `machine-${++number}`)
  const bin = join(directory, 'bin')
  mkdirSync(bin, { recursive: true })
  const files = [
    ['/etc/machine-id', `${machineId}\n`],
    ['/proc/sys/kernel/random/boot_id', `${bootId}\n`],
    ...(osRelease === undefined ? [] : [['/etc/os-release', osRelease] as const]),
  ] as const
  const mounts = files.map(([path, text], index) => {
    const file = join(directory, `file-${index}`)
    writeFileSync(file, text)
    return `mount --bind ${file} ${path}`
  })
  const stands = { ...programs, ...(kernel === undefined ? {} : { uname: `echo ${kernel}` }) }
  for (const [name, script] of Object.entries(stands))
    writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  const wrapper = join(directory, 'command')
  const command = [...mounts, `export PATH=${bin}:$PATH`, 'eval "$SSH_ORIGINAL_COMMAND"'].join(' && ')
  writeFileSync(wrapper, `#!/bin/bash\n${command}\n`)
  chmodSync(wrapper, 0o755)
  const sshd = await bed.start({ config: [`ForceCommand unshare --mount ${wrapper}`] })
  const publicKey = readFileSync(`${sshd.hostKeyFile('ed25519')}.pub`, 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ')
  return {
    sshd,
    machineId,
    bootId,
    publicKey,
    boot: (next) => writeFileSync(join(directory, 'file-1'), `${next}\n`),
  }
}

let number = 0
