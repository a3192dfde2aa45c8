import { execFileSync } from 'node:child_process'
import { chmodSync, globSync, mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { BuildLog } from './build-log.ts'
import type { Debian } from './debian.ts'

/** What is fetched where PATH has no Go that is new enough; the newest Kubernetes asks for this line. */
const wanted = '1.26.8'
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Settings of every Go build: nothing outside `work` is read or written, but the proxy settings of the machine hold. */
export function goEnvironment(work: string): NodeJS.ProcessEnv {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config')
  return {
    ...process.env,
    // Go's counters go to the configuration folder; what people have set with `go env -w` is read all the same.
    XDG_CONFIG_HOME: path.join(work, 'config'),
    GOENV: process.env['GOENV'] ?? path.join(config, 'go/env'),
    GOPATH: path.join(work, 'gopath'),
    GOCACHE: path.join(work, 'gocache'),
    GOMODCACHE: path.join(work, 'gomodcache'),
    // Files that can be deleted without more ado.
    GOFLAGS: '-modcacherw',
    GO111MODULE: 'on',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  }
}

/** The folder of the Go to build with: the one in PATH, or the module golang.org/toolchain, fetched by Debian's Go. */
export async function goToolchain(options: {
  work: string
  debian: () => Promise<Debian>
  log: BuildLog
}): Promise<string> {
  const { work, debian, log } = options
  const present = goInPath()
  if (present !== undefined) return present
  const root = path.join(work, 'debian-root')
  await (await debian()).unpack(['golang-1.19-src', 'golang-1.19-go'], root)
  const old = path.join(root, 'usr/lib/go-1.19')
  const platform = `linux-${architectures[process.arch] ?? process.arch}`
  const module = `golang.org/toolchain@v0.0.1-go${wanted}.${platform}`
  const empty = path.join(work, 'empty')
  mkdirSync(empty, { recursive: true })
  const env = { ...goEnvironment(work), GOROOT: old }
  await log.run(path.join(old, 'bin/go'), ['mod', 'download', module], { cwd: empty, env })
  const toolchain = path.join(work, 'gomodcache', module)
  // Module files have no mode; newer versions of Go know that this one module is for running.
  for (const file of globSync(`${toolchain}/{bin,pkg/tool/*}/*`)) chmodSync(file, 0o755)
  return toolchain
}

function goInPath(): string | undefined {
  try {
    const env = { ...process.env, GOTOOLCHAIN: 'local' }
    const [version, root] = execFileSync('go', ['env', 'GOVERSION', 'GOROOT'], {
      encoding: 'utf8',
      env,
    }).split('\n')
    const [major, minor] = version?.replace(/^go/, '').split('.').map(Number) ?? []
    const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
    return major === wantedMajor && Number(minor) >= Number(wantedMinor) ? root : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
