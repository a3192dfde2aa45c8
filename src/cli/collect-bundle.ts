import { readdir, readFile, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { parseAnswer } from '../facts/answer.ts'
import type { Answer } from '../facts/answer.ts'
import { readFrames } from '../facts/frame.ts'
import type { FactSet } from '../model/collector.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Clock } from '../model/ports.ts'
import type { Text } from '../model/text.ts'
import { maxAnswerBytes, sha256 } from './collect-host.ts'

export interface BundleOptions {
  /** Hosts of the inventory, to give the answers their names, groups and labels; empty without an inventory. */
  hosts: readonly ResolvedHost[]
  set: FactSet
  clock: Clock
  version: string
  /** Told when the name of the file and the name in the answer are two hosts of the inventory. */
  onWarning(warning: Text): void
}

/** The files of a bundle: what `osferry inventory script` printed on hosts, one file a host. */
export async function bundleFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw new MigrationError('DOCUMENT_NOT_FOUND', `${directory} cannot be read`, {
      hint: '--from-bundle takes the directory with the output of osferry inventory script, one file a host',
      cause: error,
    })
  })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  if (files.length > 0) return files.map((entry) => join(directory, entry.name)).sort()
  throw new MigrationError('DOCUMENT_NOT_FOUND', `${directory} holds no files`, {
    hint: 'save the output of the script as HOST.out, one file a host',
  })
}

/** Facts of one file of a bundle. The host is the file's name, or the one whose name the answer carries. */
export async function bundleFacts(path: string, options: BundleOptions): Promise<HostFacts> {
  const { size, mtime } = await stat(path)
  const stem = parse(path).name
  const tooLarge = size > maxAnswerBytes
  const bytes = tooLarge ? new Uint8Array() : await readFile(path)
  const collectedAt = timeOf(bytes, { now: options.clock.now(), otherwise: mtime.toISOString() })
  const answer = parseAnswer(bytes, {
    nonce: null,
    set: options.set,
    collectedAt,
    receivedAtSeconds: null,
    hash: sha256,
  })
  const names = [stem, answer.hostname, ...identityNames(answer.facts)]
  const { host, others } = hostOf(names, options.hosts)
  if (others.length > 0) options.onWarning(twoHosts(path, host.name, others))
  const failure = tooLarge ? failureOf(`${path} is larger than 16 MiB`) : failureIn(path, answer)
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: options.version },
    host,
    collection: {
      startedAt: collectedAt,
      finishedAt: collectedAt,
      via: 'bundle',
      set: answer.set,
      privilege: answer.privilege,
    },
    status: answer.status,
    ...(failure === undefined ? {} : { failure }),
    facts: answer.facts,
  }
}

/** Partial facts say themselves what is missing, fact by fact; there is a failure when the file itself is odd. */
function failureIn(path: string, answer: Answer): HostFacts['failure'] {
  if (answer.status === 'complete') return undefined
  const why = answer.problems.slice(0, 3).join('; ')
  if (why !== '') return failureOf(`${path}: ${why}`)
  return answer.status === 'partial' ? undefined : failureOf(`${path} holds no answer of the script`)
}

function failureOf(message: string): NonNullable<HostFacts['failure']> {
  return {
    code: 'HOST_ANSWER_INVALID',
    message,
    hint: 'run the script on the host again and copy the whole output',
  }
}

/** Bytes at the beginning of an answer that hold its header. */
const headerBytes = 64 * 1024

/** When the script ran, as its header says: the time of a file is when it was copied. A clock ahead of ours is not believed. */
function timeOf(bytes: Uint8Array, { now, otherwise }: { now: string; otherwise: string }): string {
  const epoch = readFrames(bytes.subarray(0, headerBytes), null).head.get('epoch') ?? ''
  const milliseconds = /^[1-9]\d{0,10}$/.test(epoch) ? Number(epoch) * 1000 : Number.NaN
  return milliseconds <= Date.parse(now) ? new Date(milliseconds).toISOString() : otherwise
}

/** The first of the names that the inventory knows, else the file's own; and what other hosts the names mean. */
function hostOf(
  names: readonly string[],
  hosts: readonly ResolvedHost[],
): { host: HostFacts['host']; others: readonly string[] } {
  const [stem = ''] = names
  const wanted = new Set(names)
  const known = hosts.filter(({ name }) => wanted.has(name))
  known.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
  const [first, ...rest] = known
  if (first === undefined) {
    return { host: { name: stem, address: stem, groups: [], labels: {} }, others: [] }
  }
  const { name, address, groups, labels } = first
  return {
    host: { name, address, groups: [...groups], labels: { ...labels } },
    others: rest.map(({ name }) => name),
  }
}

function twoHosts(path: string, taken: string, others: readonly string[]): Text {
  const named = others.join(', ')
  return {
    en: `${path}: taken for ${taken}, but the answer says that it comes from ${named}, another host of the inventory`,
    zh: `${path}：按文件名视为 ${taken}，但内容显示来自清单中的另一台主机 ${named}`,
  }
}

function identityNames({ identity }: HostFacts['facts']): string[] {
  if (identity?.status !== 'ok') return []
  return [identity.value.fqdn, identity.value.hostname].filter((name) => name !== null)
}
