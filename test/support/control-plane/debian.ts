import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { BuildLog } from './build-log.ts'

/** Debian's own release that still has Kubernetes 1.20 and the Go that compiles it; a newer Debian reads it too. */
const suite = 'bookworm'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const sourceFiles = [
  '/etc/apt/sources.list',
  '/etc/apt/sources.list.d/*.list',
  '/etc/apt/sources.list.d/*.sources',
]

/** Debian packages without installing them: nothing of the system changes and no daemon starts. */
export interface Debian {
  /** Downloads packages and unpacks them below `root`. */
  unpack(names: readonly string[], root: string): Promise<void>
  /** Downloads the source package `name` and gives the path of its upstream tar file. */
  source(name: string): Promise<string>
}

/** An apt with lists and caches of its own below `directory`; checked against Debian's archive key as always. */
export async function openDebian(directory: string, log: BuildLog): Promise<Debian> {
  const options = prepareApt(directory)
  await log.run('apt-get', [...options, 'update'])
  return {
    unpack: async (names, root) => {
      const downloads = path.join(directory, 'packages')
      mkdirSync(downloads, { recursive: true })
      mkdirSync(root, { recursive: true })
      for (const name of names) {
        await log.run('apt-get', [...options, 'download', name], { cwd: downloads })
        const [file] = globSync(path.join(downloads, `${name}_*.deb`))
        if (file === undefined) throw new Error(`apt-get brought no package file of ${name}`)
        await log.run('dpkg-deb', ['-x', file, root])
      }
    },
    source: async (name) => {
      await log.run('apt-get', [...options, 'source', '--download-only', name], { cwd: directory })
      const [file] = globSync(path.join(directory, `${name}_*.orig.tar.*`)).filter(
        (file) => !file.endsWith('.asc'),
      )
      if (file === undefined) throw new Error(`apt-get brought no upstream source of ${name}`)
      return file
    },
  }
}

function prepareApt(directory: string): readonly string[] {
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(path.join(directory, name), { recursive: true })
  }
  const list = path.join(directory, 'sources.list')
  const place = `[signed-by=${keyring}] ${archiveAddress()} ${suite} main`
  writeFileSync(list, `deb ${place}\ndeb-src ${place}\n`)
  const settings = {
    'Dir::Etc::SourceList': list,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': path.join(directory, 'lists'),
    'Dir::Cache': path.join(directory, 'cache'),
    // The cache may lie where the user _apt cannot go, as below /root.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  }
  return ['-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
}

/** The address of the archive that this machine uses already, so that mirrors and proxies stay as they are set. */
function archiveAddress(): string {
  if (!existsSync(keyring)) {
    throw new Error(
      `${keyring} is not there: the control planes are built on Debian, or taken from KUBEBUILDER_ASSETS`,
    )
  }
  for (const file of sourceFiles.flatMap((pattern) => globSync(pattern)).sort()) {
    const text = readFileSync(file, 'utf8').replaceAll(/#.*$/gm, '')
    const address = /\b\w[\w+.-]*:\S+\/debian\/?(?=\s|$)/m.exec(text)?.[0]
    if (address !== undefined) return address
  }
  throw new Error('no file below /etc/apt names a Debian archive (an address that ends in /debian)')
}
