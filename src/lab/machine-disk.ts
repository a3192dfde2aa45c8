import { access, constants, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { LabFiles } from '../simulate/lab-host.ts'
import type { MachineState } from '../simulate/machine.ts'

/** Directories of one simulated machine. */
export interface MachineDisk {
  /** Its file system. */
  root: string
  /** The programs that it has. */
  bin: string
}

/** What osferry asks of hosts when it moves data; `uname` is the machine's own. */
const tools = [
  'bash',
  'sh',
  'tar',
  'zstd',
  'gzip',
  'realpath',
  'head',
  'ls',
  'cat',
  'mkdir',
  'rm',
  'sync',
  'du',
  'timeout',
  'blkid',
]

/** Makes the directories of a machine. What of the tools this computer has not, the machine has not either. */
export async function makeDisk(directory: string): Promise<MachineDisk> {
  const disk = { root: join(directory, 'root'), bin: join(directory, 'bin') }
  await rm(directory, { recursive: true, force: true })
  await mkdir(disk.root, { recursive: true })
  await mkdir(disk.bin)
  for (const tool of tools) {
    const path = await findTool(tool)
    if (path !== undefined) await symlink(path, join(disk.bin, tool))
  }
  return disk
}

/** A system is installed: with it goes everything that was there, unless it takes the place of the old one on the same disk. */
export async function installSystem(
  { root, bin }: MachineDisk,
  { system, machineId, productUuid, installation }: MachineState,
  files: LabFiles,
): Promise<void> {
  const isInPlace = installation !== undefined && installation.target !== 'containeros'
  if (!isInPlace) await rm(root, { recursive: true, force: true })
  const all = {
    '/etc/os-release': system.osRelease,
    '/etc/machine-id': `${machineId}\n`,
    '/sys/class/dmi/id/product_uuid': `${productUuid}\n`,
    ...files,
  }
  for (const [path, content] of Object.entries(all)) await write(join(root, path), content)
  await writeFile(join(bin, 'uname'), `#!/bin/sh\necho '${system.kernel}'\n`, { mode: 0o755 })
}

/** A system boots. */
export async function bootSystem({ root }: MachineDisk, { bootId }: MachineState): Promise<void> {
  await write(join(root, '/proc/sys/kernel/random/boot_id'), `${bootId}\n`)
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

async function findTool(name: string): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((path) => path !== '')) {
    const path = join(directory, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}
