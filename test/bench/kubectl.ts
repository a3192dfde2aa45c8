import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openBuildLog } from '../support/control-plane/build-log.ts'
import { openDebian } from '../support/control-plane/debian.ts'

export interface Kubectl {
  path: string
  version: string
}

/** The kubectl of PATH, or Debian's, unpacked once into the cache: nothing is installed. */
export async function findKubectl(): Promise<Kubectl> {
  const found = versionOf('kubectl')
  if (found !== undefined) return { path: 'kubectl', version: found }
  const directory = path.join(os.homedir(), '.cache', 'osferry-test', 'kubectl-debian')
  const file = path.join(directory, 'usr/bin/kubectl')
  if (!existsSync(file)) {
    const log = openBuildLog(path.join(directory, 'unpack.log'), 'unpacking kubectl')
    const debian = await openDebian(path.join(directory, 'apt'), log)
    await debian.unpack(['kubernetes-client'], directory)
  }
  const version = versionOf(file)
  if (version === undefined) throw new Error(`${file} does not run`)
  return { path: file, version }
}

function versionOf(file: string): string | undefined {
  try {
    const text = execFileSync(file, ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      timeout: 30_000,
    })
    return (JSON.parse(text) as { clientVersion?: { gitVersion?: string } }).clientVersion?.gitVersion
  } catch {
    return undefined
  }
}
