import { readdir, readFile, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { parseAnswer } from '../facts/answer.ts'
import type { FactSet } from '../model/collector.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Clock } from '../model/ports.ts'
import { maxAnswerBytes, sha256 } from './collect-host.ts'

export interface BundleOptions {
  /** Hosts of the inventory, to give the answers their names, groups and labels; empty without an inventory. */
  hosts: readonly ResolvedHost[]
  set: FactSet
  clock: Clock
  version: string
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
  const collectedAt = mtime.toISOString()
  const stem = parse(path).name
  const tooLarge = size > maxAnswerBytes
  const answer = parseAnswer(tooLarge ? new Uint8Array() : await readFile(path), {
    nonce: null,
    set: options.set,
    collectedAt,
    receivedAtSeconds: null,
    hash: sha256,
  })
  const host = hostOf([stem, answer.hostname, ...identityNames(answer.facts)], options.hosts)
  const why = tooLarge
    ? `${path} is larger than 16 MiB`
    : `${path}: ${answer.problems.slice(0, 3).join('; ')}`
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
    ...(answer.status === 'complete' ? {} : { failure: failureOf(why) }),
    facts: answer.facts,
  }
}

function failureOf(message: string): NonNullable<HostFacts['failure']> {
  return {
    code: 'HOST_ANSWER_INVALID',
    message,
    hint: 'run the script on the host again and copy the whole output',
  }
}

/** The first of the names that the inventory knows, else the file's own. */
function hostOf(names: readonly string[], hosts: readonly ResolvedHost[]): HostFacts['host'] {
  const [stem = ''] = names
  const known = names
    .map((name) => hosts.find((host) => host.name === name))
    .find((host) => host !== undefined)
  if (known === undefined) return { name: stem, address: stem, groups: [], labels: {} }
  return { name: known.name, address: known.address, groups: [...known.groups], labels: { ...known.labels } }
}

function identityNames({ identity }: HostFacts['facts']): string[] {
  if (identity?.status !== 'ok') return []
  return [identity.value.fqdn, identity.value.hostname].filter((name) => name !== null)
}
