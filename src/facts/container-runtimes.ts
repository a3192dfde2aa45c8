import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { ContainerRuntimes } from '../model/facts-container.ts'
import { flagValue } from './command-line.ts'
import { containerdSettings } from './containerd-config.ts'
import type { ContainerdConfigTexts, ContainerdStart } from './containerd-files.ts'
import { containerdFiles, containerdStart, containerdTexts } from './containerd-files.ts'
import { dockerOf } from './docker-config.ts'
import { parseJsonObject } from './json.ts'
import { distinct } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { hasProgram, nodeParts, statePaths, stateOf, stateOfAny, versionOf } from './node-answer.ts'
import type { Distribution, Marks } from './node-marks.ts'
import { distributionOf, distributionPaths, refuseToDeny, unitPaths } from './node-marks.ts'
import { nodeScript } from './node-script.ts'
import { readable, withRemark } from './readable.ts'
import type { TomlSetting } from './toml.ts'
import { parseToml } from './toml.ts'

const files = [
  '/etc/docker/daemon.json',
  '/usr/lib/systemd/system/docker.service',
  '/etc/systemd/system/docker.service',
  '/etc/systemd/system/docker.service.d/*.conf',
  ...containerdFiles,
  '/etc/crio/crio.conf',
  '/etc/crio/crio.conf.d/*.conf',
  '/etc/containers/storage.conf',
  '/usr/share/containers/storage.conf',
] as const

/** What speaks for a runtime whose program was not found. */
const marks: readonly Marks[] = [
  { program: 'dockerd', unit: 'docker.service', sockets: ['/run/docker.sock'] },
  { program: 'containerd', unit: 'containerd.service', sockets: ['/run/containerd/containerd.sock'] },
  { program: 'crio', unit: 'crio.service', sockets: ['/run/crio/crio.sock'] },
  { program: 'podman', unit: 'podman.service', sockets: ['/run/podman/podman.sock'] },
]

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
    ...marks.flatMap(({ unit, sockets }) => [...unitPaths(unit), ...sockets]),
    ...distributionPaths,
    '/sys/fs/cgroup/cgroup.controllers',
    '/var/lib/docker/image/*',
    '/etc/containerd/certs.d/*',
  ],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const { texts, note } = readable(input, files)
    for (const mark of marks) refuseToDeny(input, parts, mark)
    const distribution = distributionOf(input, parts)
    const start = containerdStart(input, parts, texts)
    if (distribution !== null && !start.isRunning) {
      throw new FactGap(
        'failed',
        `the containerd of ${distribution.name} does not run: nobody can tell its settings`,
      )
    }
    const config = containerdTexts(input, texts, { words: start.words, parts })
    const hasContainerd = hasProgram(parts, 'containerd')
    const value: ContainerRuntimes = {
      docker: hasProgram(parts, 'dockerd') ? dockerOf(input, parts, texts) : null,
      containerd: hasContainerd ? containerdOf(input, parts, { start, config, distribution }) : null,
      crio: hasProgram(parts, 'crio') ? crioOf(input, parts, texts) : null,
      podmanVersion:
        versionOf(parts, 'podman') ?? (hasProgram(parts, 'podman') ? 'of unknown version' : null),
    }
    return withRemark(
      withRemark(note(value), malformed(texts)),
      hasContainerd ? unreadOf(config, start) : null,
    )
  },
})

/** What of containerd's settings nobody looked at. */
function unreadOf({ unread }: ContainerdConfigTexts, start: ContainerdStart): string | null {
  const notes = [
    ...(unread.length > 0 ? [`containerd also reads ${unread.join(', ')}, which was not read`] : []),
    ...(start.hasVariables ? ['containerd.service takes options from variables, which are not known'] : []),
    ...(start.isOneOfMany ? ['more than one containerd runs: the settings of only one were read'] : []),
  ]
  return notes.length === 0 ? null : notes.join('; ')
}

/** Docker does not start with such a file, and nobody can tell what it was meant to say. */
function malformed(texts: ReadonlyMap<string, string>): string | null {
  const text = texts.get('/etc/docker/daemon.json')?.trim()
  if (text === undefined || text === '' || parseJsonObject(text) !== null) return null
  return '/etc/docker/daemon.json is not a JSON object: its settings are not known'
}

function containerdOf(
  input: CollectorInput,
  parts: NodeParts,
  found: { start: ContainerdStart; config: ContainerdConfigTexts; distribution: Distribution | null },
): NonNullable<ContainerRuntimes['containerd']> {
  const { start, config, distribution } = found
  const settings = containerdSettings(config.texts)
  const state = stateOfAny(input, parts, ['containerd.service', ...(distribution?.units ?? [])])
  const named = input
    .pathsMatching('/etc/containerd/certs.d/*')
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
  return {
    version: versionOf(parts, 'containerd'),
    active: state.active || start.isRunning,
    enabled: state.enabled,
    configPath: config.path,
    ...settings,
    root: flagValue(start.words, 'root') ?? settings.root,
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
  const own = texts.get('/etc/containers/storage.conf')
  const storage = parseToml(own ?? texts.get('/usr/share/containers/storage.conf') ?? '').settings
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
