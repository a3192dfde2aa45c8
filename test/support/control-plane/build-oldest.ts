import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { BuildLog } from './build-log.ts'
import type { Debian } from './debian.ts'
import { components } from './releases.ts'

const reflect2 = 'github.com/modern-go/reflect2'

/** Compiles Kubernetes 1.20 from Debian's source package with Debian's Go 1.19 and puts the programs into `target`. */
export async function buildOldest(options: {
  version: string
  /** For everything that is not kept. */
  work: string
  target: string
  debian: Debian
  log: BuildLog
}): Promise<void> {
  const { version, work, target, debian, log } = options
  const root = path.join(work, 'debian-root')
  await debian.unpack(['golang-1.19-src', 'golang-1.19-go', 'golang-github-modern-go-reflect2-dev'], root)
  const source = await unpackSource(options)
  replaceReflect2(source, root)
  const go = path.join(root, 'usr/lib/go-1.19')
  const [major, minor] = version.split('.')
  await log.run(
    'make',
    [`WHAT=${components.map((name) => `cmd/${name}`).join(' ')}`, 'GOLDFLAGS=-s -w', 'KUBE_VERBOSE=2'],
    {
      cwd: source,
      env: {
        ...process.env,
        PATH: `${go}/bin:${process.env['PATH']}`,
        GOROOT: go,
        GOPATH: path.join(work, 'gopath'),
        GOCACHE: path.join(work, 'gocache'),
        // Its go.mod asks for updates in module mode; settings of a newer Go on this machine do not fit 1.19.
        GO111MODULE: 'off',
        GOENV: 'off',
        GOFLAGS: '',
        GOTOOLCHAIN: 'local',
        CGO_ENABLED: '0',
        KUBE_GIT_TREE_STATE: 'clean',
        KUBE_GIT_VERSION: `v${version}`,
        KUBE_GIT_MAJOR: major,
        KUBE_GIT_MINOR: minor,
      },
    },
  )
  for (const name of components) cpSync(path.join(source, '_output/bin', name), path.join(target, name))
}

async function unpackSource(options: { work: string; debian: Debian; log: BuildLog }): Promise<string> {
  const source = path.join(options.work, 'gopath/src/k8s.io/kubernetes')
  rmSync(source, { recursive: true, force: true })
  mkdirSync(source, { recursive: true })
  const archive = await options.debian.source('kubernetes')
  await options.log.run('tar', ['-xf', archive, '-C', source, '--strip-components=1'])
  return source
}

/**
 * The vendored reflect2 1.0.1 compiles with Go 1.18 and newer, but the API server then dies of a segmentation fault at the
 * first map it encodes as JSON. Debian's 1.0.2 knows the newer runtime's maps.
 */
function replaceReflect2(source: string, root: string): void {
  const vendored = path.join(source, 'vendor', reflect2)
  rmSync(vendored, { recursive: true, force: true })
  cpSync(path.join(root, 'usr/share/gocode/src', reflect2), vendored, { recursive: true })
  for (const file of globSync(path.join(vendored, '**/*_test.go'))) rmSync(file)
}
