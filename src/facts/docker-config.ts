import type { CollectorInput } from '../model/collector.ts'
import type { Docker } from '../model/facts-container.ts'
import { flagValue, flagValues, unitWords } from './command-line.ts'
import { objectOf, parseJsonObject, stringOf, stringsOf } from './json.ts'
import type { NodeParts } from './node-answer.ts'
import { stateOf, versionOf } from './node-answer.ts'
import { withoutCredentials } from './url.ts'

/** Docker from daemon.json, the flags of its unit, and what it left on disk; the daemon itself is not asked. */
export function dockerOf(
  input: CollectorInput,
  parts: NodeParts,
  texts: ReadonlyMap<string, string>,
): Docker {
  const parsed = parseJsonObject(texts.get('/etc/docker/daemon.json') ?? '')
  const config = parsed ?? new Map<string, unknown>()
  // A default holds only where docker's own settings were read.
  const isKnown = parsed !== null || isAbsent(input, texts)
  const state = stateOf(input, parts, 'docker.service')
  const words = unitWords(unitTexts(input, texts), new Map())
  const options = [...stringsOf(config.get('exec-opts')), ...flagValues(words, 'exec-opt')]
  const cgroup = options.findLast((option) => option.startsWith('native.cgroupdriver='))?.split('=')[1]
  const dataRoot =
    stringOf(config.get('data-root')) ?? stringOf(config.get('graph')) ?? flagValue(words, 'data-root')
  return {
    version: versionOf(parts, 'dockerd'),
    active: state.active,
    // Its socket starts docker when the first client comes.
    enabled: state.enabled || input.pathsMatching('/etc/systemd/system/*.wants/docker.socket').length > 0,
    storageDriver:
      stringOf(config.get('storage-driver')) ??
      flagValue(words, 'storage-driver') ??
      (dataRoot === null && isKnown ? driverOnDisk(input) : null),
    dataRoot: dataRoot ?? '/var/lib/docker',
    // https://docs.docker.com/engine/reference/commandline/dockerd/ : cgroupfs on cgroup v1, systemd on v2.
    cgroupDriver:
      cgroup ??
      (!isKnown ? null : input.paths.has('/sys/fs/cgroup/cgroup.controllers') ? 'systemd' : 'cgroupfs'),
    liveRestore: isKnown ? liveRestoreOf(config.get('live-restore'), words) : null,
    registryMirrors: [
      ...stringsOf(config.get('registry-mirrors')),
      ...flagValues(words, 'registry-mirror'),
    ].map(withoutCredentials),
    insecureRegistries: [
      ...stringsOf(config.get('insecure-registries')),
      ...flagValues(words, 'insecure-registry'),
    ].map(withoutCredentials),
    runtimes: [...(objectOf(config.get('runtimes'))?.keys() ?? [])],
  }
}

/** No daemon.json, or an empty one; denied and broken ones are neither. */
function isAbsent(input: CollectorInput, texts: ReadonlyMap<string, string>): boolean {
  const text = texts.get('/etc/docker/daemon.json')
  if (text !== undefined) return text.trim() === ''
  const answer = input.files.get('/etc/docker/daemon.json')
  return answer === undefined || answer.status === 'missing'
}

function unitTexts(input: CollectorInput, texts: ReadonlyMap<string, string>): string[] {
  const unit =
    texts.get('/etc/systemd/system/docker.service') ?? texts.get('/usr/lib/systemd/system/docker.service')
  const dropIns = input
    .matching('/etc/systemd/system/docker.service.d/*.conf')
    .map((file) => texts.get(file) ?? '')
  return [unit ?? '', ...dropIns]
}

function liveRestoreOf(value: unknown, words: readonly string[]): boolean {
  if (typeof value === 'boolean') return value
  return words.includes('--live-restore') || words.includes('--live-restore=true')
}

/** Docker keeps a directory a storage driver below `image`. */
function driverOnDisk(input: CollectorInput): string | null {
  const found = input.pathsMatching('/var/lib/docker/image/*')
  const only = found.length === 1 ? found[0] : undefined
  return only === undefined ? null : only.slice(only.lastIndexOf('/') + 1)
}
