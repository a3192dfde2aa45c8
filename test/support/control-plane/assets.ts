import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openBuildLog, type BuildLog } from './build-log.ts'
import { buildNewest } from './build-newest.ts'
import { buildOldest } from './build-oldest.ts'
import { openDebian, type Debian } from './debian.ts'
import { withLock } from './lock.ts'
import { components, releases, type Release } from './releases.ts'

const cacheDirectory = path.join(os.homedir(), '.cache', 'osferry-test')
const programs = ['etcd', ...components]

/**
 * The folder with the programs of `release`: KUBEBUILDER_ASSETS or a folder of PATH when it has all of them in the right
 * minor version, or what buildAssets left in the cache. It never builds: a test's time-out does not include a compiler.
 */
export function findAssets(release: Release): string {
  const found = lookForAssets(release)
  if (found !== undefined) return found
  throw new Error(
    `The programs of Kubernetes ${releases[release]} are not built: run \`npm run pretest\` once, or set KUBEBUILDER_ASSETS`,
  )
}

/** Builds what findAssets would not find; a second process waits for the first. */
export async function buildAssets(release: Release): Promise<void> {
  if (lookForAssets(release) !== undefined) return
  mkdirSync(cacheDirectory, { recursive: true })
  await withLock(path.join(cacheDirectory, 'kubernetes.lock'), async () => {
    if (lookForAssets(release) === undefined) await build(release)
  })
}

function lookForAssets(release: Release): string | undefined {
  const foreign = [process.env['KUBEBUILDER_ASSETS'], ...(process.env['PATH']?.split(path.delimiter) ?? [])]
  const cached = cachedAssets(release)
  return [
    ...foreign.filter((folder) => folder !== undefined && folder !== '' && isRightVersion(folder, release)),
    ...(existsSync(cached) ? [cached] : []),
  ][0]
}

function cachedAssets(release: Release): string {
  return path.join(cacheDirectory, `kubernetes-${releases[release]}`)
}

function isRightVersion(folder: string, release: Release): boolean {
  if (!programs.every((name) => existsSync(path.join(folder, name)))) return false
  const [major, minor] = releases[release].split('.')
  const text = execFileSync(path.join(folder, 'kube-apiserver'), ['--version'], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  return text.startsWith(`Kubernetes v${major}.${minor}.`)
}

async function build(release: Release): Promise<void> {
  const version = releases[release]
  const title = `building Kubernetes ${version} for the tests`
  console.log(`${title}: once, 4 to 8 minutes on 2 cores`)
  // A fixed name: what a killed build has compiled already is not compiled again.
  const work = path.join(cacheDirectory, `.kubernetes-${version}-work`)
  mkdirSync(work, { recursive: true })
  const target = mkdtempSync(path.join(work, 'target-'))
  const log = openBuildLog(path.join(work, 'build.log'), title)
  const debian = (): Promise<Debian> => openDebian(path.join(work, 'apt'), log)
  await builders[release]({ version, work, target, debian, log })
  renameSync(target, cachedAssets(release))
  rmSync(work, { recursive: true, force: true })
}

interface Building {
  version: string
  work: string
  target: string
  debian: () => Promise<Debian>
  log: BuildLog
}

const builders: Readonly<Record<Release, (options: Building) => Promise<void>>> = {
  oldest: async (options) => {
    const debian = await options.debian()
    // Unpacked, not installed: Debian's package starts a service.
    const root = path.join(options.work, 'etcd')
    await debian.unpack(['etcd-server'], root)
    cpSync(path.join(root, 'usr/bin/etcd'), path.join(options.target, 'etcd'))
    await buildOldest({ ...options, debian })
  },
  newest: buildNewest,
}
