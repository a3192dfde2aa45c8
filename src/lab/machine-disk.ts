import { access, constants, cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { LabFiles } from '../simulate/lab-host.ts'
import type { MachineState } from '../simulate/machine.ts'

/** Directories of one simulated machine. */
export interface MachineDisk {
  /** Its file system. */
  root: string
  /** The programs that it has. */
  bin: string
  /** File systems that it had before, by their generation. */
  kept: string
}

/** What osferry asks of hosts when it moves data; `uname` is the machine's own. */
const tools = 'bash sh tar zstd gzip realpath head ls cat mkdir rm sync du find timeout blkid'.split(' ')

/** Makes the directories of a machine. What of the tools this computer has not, the machine has not either. */
export async function makeDisk(directory: string): Promise<MachineDisk> {
  const disk = { root: join(directory, 'root'), bin: join(directory, 'bin'), kept: join(directory, 'kept') }
  await rm(directory, { recursive: true, force: true })
  await mkdir(disk.root, { recursive: true })
  await mkdir(disk.bin)
  await mkdir(disk.kept)
  for (const tool of tools) {
    const path = await findTool(tool)
    if (path !== undefined) await symlink(path, join(disk.bin, tool))
  }
  return disk
}

/**
 * Another system is on the disk: the one that was there is kept aside, and only that; one that is kept is there again with all
 * its files. One that takes the place of the old one on the same disk has its files too, any other is installed on an empty disk.
 */
export async function changeSystem(
  disk: MachineDisk,
  before: MachineState,
  after: MachineState,
): Promise<void> {
  const { root, kept } = disk
  const place = ({ generation }: MachineState): string => join(kept, String(generation))
  const isKept = (await readdir(kept)).includes(String(after.generation))
  const old = `${root}.old`
  await rename(root, old)
  if (isKept) await rename(place(after), root)
  else if (isInPlace(after)) await cp(old, root, { recursive: true, preserveTimestamps: true })
  await rm(kept, { recursive: true, force: true })
  await mkdir(kept)
  await rename(old, place(before))
  if (isKept) await writeUname(disk, after)
  else await installSystem(disk, after, {})
}

/** A system is installed: over what is on the disk. */
export async function installSystem(disk: MachineDisk, state: MachineState, files: LabFiles): Promise<void> {
  const { root } = disk
  const { system, machineId, productUuid } = state
  const all = {
    '/etc/os-release': system.osRelease,
    '/etc/machine-id': `${machineId}\n`,
    '/sys/class/dmi/id/product_uuid': `${productUuid}\n`,
    ...files,
  }
  for (const [path, content] of Object.entries(all)) await write(join(root, path), content)
  await writeUname(disk, state)
}

/** Only on its way there: what goes back to an empty disk finds nothing. */
function isInPlace({ installation }: MachineState): boolean {
  const isGoingBack = installation?.stage === 'going-back' || installation?.stage === 'back'
  return installation !== undefined && installation.target !== 'containeros' && !isGoingBack
}

async function writeUname({ bin }: MachineDisk, { system }: MachineState): Promise<void> {
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
