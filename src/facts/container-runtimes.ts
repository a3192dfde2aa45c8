import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { ContainerRuntimes } from '../model/facts-container.ts'
import { containerdSettings, importsDropIns } from './containerd-config.ts'
import { dockerOf } from './docker-config.ts'
import { parseJsonObject } from './json.ts'
import { distinct } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { hasProgram, nodeParts, statePaths, stateOf, versionOf } from './node-answer.ts'
import { nodeScript } from './node-script.ts'
import { readable, withRemark } from './readable.ts'
import type { TomlSetting } from './toml.ts'
import { parseToml } from './toml.ts'

const files = [
  '/etc/docker/daemon.json',
  '/usr/lib/systemd/system/docker.service',
  '/etc/systemd/system/docker.service',
  '/etc/systemd/system/docker.service.d/*.conf',
  '/etc/containerd/config.toml',
  '/etc/containerd/conf.d/*.toml',
  '/etc/crio/crio.conf',
  '/etc/crio/crio.conf.d/*.conf',
  '/etc/containers/storage.conf',
] as const

/** Docker, containerd, CRI-O and Podman: version, state and the settings that a move must keep; no credentials. */
export const containerRuntimes = defineCollector({
  fact: 'containerRuntimes',
  set: 'full',
  command: 'docker info; containerd config dump; crio config; podman --version',
  timeoutMs: 30_000,
  script: nodeScript,
  files,
  paths: [
    ...statePaths('docker.service'),
    '/etc/systemd/system/*.wants/docker.socket',
    ...statePaths('containerd.service'),
    ...statePaths('crio.service'),
    '/sys/fs/cgroup/cgroup.controllers',
    '/var/lib/docker/image/*',
    '/etc/containerd/certs.d/*',
  ],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const { texts, note } = readable(input, files)
    const value: ContainerRuntimes = {
      docker: hasProgram(parts, 'dockerd') ? dockerOf(input, parts, texts) : null,
      containerd: hasProgram(parts, 'containerd') ? containerdOf(input, parts, texts) : null,
      crio: hasProgram(parts, 'crio') ? crioOf(input, parts, texts) : null,
      podmanVersion: versionOf(parts, 'podman'),
    }
    return withRemark(note(value), malformed(texts))
  },
})

/** Docker does not start with such a file, and nobody can tell what it was meant to say. */
function malformed(texts: ReadonlyMap<string, string>): string | null {
  const text = texts.get('/etc/docker/daemon.json')?.trim()
  if (text === undefined || text === '' || parseJsonObject(text) !== null) return null
  return '/etc/docker/daemon.json is not a JSON object: its settings are not known'
}

function containerdOf(
  input: CollectorInput,
  parts: NodeParts,
  texts: ReadonlyMap<string, string>,
): NonNullable<ContainerRuntimes['containerd']> {
  const main = texts.get('/etc/containerd/config.toml')
  const dropIns = input.matching('/etc/containerd/conf.d/*.toml').map((file) => texts.get(file) ?? '')
  const settings = containerdSettings([
    main ?? '',
    ...(main !== undefined && importsDropIns(main) ? dropIns : []),
  ])
  const named = input
    .pathsMatching('/etc/containerd/certs.d/*')
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
  return {
    version: versionOf(parts, 'containerd'),
    ...stateOf(input, parts, 'containerd.service'),
    configPath: main === undefined ? null : '/etc/containerd/config.toml',
    ...settings,
    registries: distinct([...settings.registries, ...named]),
  }
}

function crioOf(
  input: CollectorInput,
  parts: NodeParts,
  texts: ReadonlyMap<string, string>,
): NonNullable<ContainerRuntimes['crio']> {
  const configs = ['/etc/crio/crio.conf', ...input.matching('/etc/crio/crio.conf.d/*.conf')]
  const settings = configs.flatMap((file) => parseToml(texts.get(file) ?? '').settings)
  const storage = parseToml(texts.get('/etc/containers/storage.conf') ?? '').settings
  const last = (from: readonly TomlSetting[], ...wanted: string[]): string | null => {
    const value = from.findLast(({ path }) => path.join('\0') === wanted.join('\0'))?.value
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    version: versionOf(parts, 'crio'),
    ...stateOf(input, parts, 'crio.service'),
    cgroupManager: last(settings, 'crio', 'runtime', 'cgroup_manager'),
    storageDriver: last(settings, 'crio', 'storage_driver') ?? last(storage, 'storage', 'driver'),
  }
}
