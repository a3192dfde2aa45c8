import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBuildLog } from '../control-plane/build-log.ts'
import { withLock } from '../control-plane/lock.ts'

const cacheDirectory = path.join(os.homedir(), '.cache', 'osferry-test')
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
/** Of Debian, whatever other Python comes first in PATH. */
const python = '/usr/bin/python3'
/** Virtual environments cannot be moved: this file is written when one is whole. */
const mark = 'whole'
const timeoutMs = 10 * 60_000

/** Where the programs of sushy-tools are that installRedfishEmulator has left in the cache. It never installs. */
export function findRedfishEmulator(): string {
  if (existsSync(path.join(cached(), mark))) return path.join(cached(), 'bin')
  throw new Error('The Redfish emulator of the tests is not installed: run `npm run pretest` once')
}

/** Installs what findRedfishEmulator would not find; a second process waits for the first. */
export async function installRedfishEmulator(): Promise<void> {
  if (existsSync(path.join(cached(), mark))) return
  mkdirSync(cacheDirectory, { recursive: true })
  await withLock(path.join(cacheDirectory, 'redfish-emulator.lock'), async () => {
    if (!existsSync(path.join(cached(), mark))) await install()
  })
}

/** The version, and a digest of everything that comes with it. */
function cached(): string {
  const text = readFileSync(requirements, 'utf8')
  const version = /^sushy-tools==(\S+)$/m.exec(text)?.[1]
  if (version === undefined) throw new Error('requirements.txt names no version of sushy-tools')
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return path.join(cacheDirectory, `redfish-emulator-${version}-${digest}`)
}

async function install(): Promise<void> {
  const title = 'installing the Redfish emulator sushy-tools for the tests'
  console.log(`${title}: once, about half a minute`)
  const target = cached()
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  const log = openBuildLog(path.join(target, 'install.log'), title)
  await log.run(python, ['-m', 'venv', target], { timeoutMs })
  const pip = [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--requirement',
    requirements,
  ]
  await log.run(path.join(target, 'bin/pip'), pip, { timeoutMs })
  writeFileSync(path.join(target, mark), '')
}
