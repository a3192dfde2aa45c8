import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBuildLog } from '../control-plane/build-log.ts'
import { openDebian } from '../control-plane/debian.ts'
import { goEnvironment, goToolchain } from '../control-plane/go-toolchain.ts'
import { withLock } from '../control-plane/lock.ts'

const cacheDirectory = path.join(os.homedir(), '.cache', 'osferry-test')
const sources = fileURLToPath(new URL('versitygw', import.meta.url))
const program = 's3-server'

/** The S3 server that buildS3Server has left in the cache. It never builds: a test's time-out does not include a compiler. */
export function findS3Server(): string {
  const found = path.join(cached(), program)
  if (existsSync(found)) return found
  throw new Error('The S3 server of the tests is not built: run `npm run pretest` once')
}

/** Builds what findS3Server would not find; a second process waits for the first. */
export async function buildS3Server(): Promise<void> {
  if (existsSync(cached())) return
  mkdirSync(cacheDirectory, { recursive: true })
  await withLock(path.join(cacheDirectory, 's3-server.lock'), async () => {
    if (!existsSync(cached())) await build()
  })
}

/** The version, and a digest of what else decides how the program is. */
function cached(): string {
  const digest = createHash('sha256')
  for (const name of ['go.mod', 'go.sum', 'main.go']) digest.update(readFileSync(path.join(sources, name)))
  return path.join(cacheDirectory, `s3-server-${version()}-${digest.digest('hex').slice(0, 12)}`)
}

function version(): string {
  const text = readFileSync(path.join(sources, 'go.mod'), 'utf8')
  const found = /github\.com\/versity\/versitygw v(\S+)/.exec(text)?.[1]
  if (found === undefined) throw new Error('go.mod names no version of versitygw')
  return found
}

async function build(): Promise<void> {
  const title = `building the S3 server ${version()} for the tests`
  console.log(`${title}: once, 1 to 2 minutes on 2 cores`)
  // A fixed name: what a killed build has compiled already is not compiled again.
  const work = path.join(cacheDirectory, `.s3-server-${version()}-work`)
  mkdirSync(work, { recursive: true })
  const target = mkdtempSync(path.join(work, 'target-'))
  const log = openBuildLog(path.join(work, 'build.log'), title)
  const go = await goToolchain({ work, debian: () => openDebian(path.join(work, 'apt'), log), log })
  const argv = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w']
  await log.run('nice', [path.join(go, 'bin/go'), ...argv, '-o', path.join(target, program), '.'], {
    cwd: sources,
    env: { ...goEnvironment(work), GOROOT: go },
  })
  renameSync(target, cached())
  rmSync(work, { recursive: true, force: true })
}
