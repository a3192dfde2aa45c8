import { readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildLog } from './build-log.ts'
import type { Debian } from './debian.ts'
import { goEnvironment, goToolchain } from './go-toolchain.ts'
import { components } from './releases.ts'

const sources = fileURLToPath(new URL('newest', import.meta.url))
const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']

/** Links the newest Kubernetes and its etcd from Go modules as one program, with a link in `target` for each name. */
export async function buildNewest(options: {
  version: string
  work: string
  target: string
  debian: () => Promise<Debian>
  log: BuildLog
}): Promise<void> {
  const { version, work, target, log } = options
  if (!readFileSync(path.join(sources, 'go.mod'), 'utf8').includes(`k8s.io/kubernetes v${version}\n`)) {
    throw new Error(`newest/go.mod is not for Kubernetes ${version} of releases.ts`)
  }
  const go = await goToolchain(options)
  const program = path.join(target, 'kubernetes')
  await log.run(
    path.join(go, 'bin/go'),
    [
      'build',
      '-mod=readonly',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      linkerFlags(version),
      '-o',
      program,
      '.',
    ],
    { cwd: sources, env: { ...goEnvironment(work), GOROOT: go } },
  )
  for (const name of ['etcd', ...components]) symlinkSync('kubernetes', path.join(target, name))
}

function linkerFlags(version: string): string {
  const [major, minor] = version.split('.')
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  const settings = versionPackages.flatMap((name) =>
    Object.entries(values).map(([variable, value]) => `-X ${name}.${variable}=${value}`),
  )
  return ['-s', '-w', ...settings].join(' ')
}
