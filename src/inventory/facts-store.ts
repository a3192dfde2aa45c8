import { hash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { HostFacts } from '../model/facts.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { peekFacts, type FactsHead } from './peek-facts.ts'
import { findPrevious, isPrevious, keepPrevious, type FactsWorth } from './previous-facts.ts'
import { readBounded, readFailure } from './read-bounded.ts'

const maxFactsBytes = 64 * 1024 * 1024

export interface ListFactsOptions {
  /** Called for every file in the directory that is not a facts document, and is left out. */
  onWarning?: (message: string) => void
  /** List files that cannot be read too, by the host that their name says, instead of refusing the directory. */
  keepBroken?: boolean
}

/**
 * Writes one host's facts into a state directory, by rename; resolves with the path. Better facts of before are kept
 * beside it. The facts are turned into text before this returns, and not held while the disk works.
 */
export function writeFacts(directory: string, facts: HostFacts): Promise<string> {
  return Promise.try(serializeAndSave, directory, facts)
}

function serializeAndSave(directory: string, facts: HostFacts): Promise<string> {
  ensureStateDirectory(directory)
  const { schema, tool, host, collection, status, failure, facts: map } = facts
  const ordered = { schema, tool, host, collection, status, ...(failure && { failure }), facts: map }
  const path = join(directory, factsFileName(host.name))
  const { set, privilege } = collection
  return saveText(path, { status, set, privilege }, `${JSON.stringify(ordered)}\n`)
}

/** Not async: the text is let go as soon as it is written. */
function saveText(path: string, worth: FactsWorth, text: string): Promise<string> {
  return keepPrevious(path, worth)
    .then(() => writeFileAtomically(path, text))
    .then(() => path)
}

/**
 * The name of a host's facts file: the host name with everything but lower-case letters, digits and `.-_`
 * percent-encoded (so names that differ by case only stay apart everywhere), or a shortened one with a hash.
 */
export function factsFileName(host: string): string {
  const bytes = [...new TextEncoder().encode(host)]
  const encoded = bytes
    .map((byte, index) => {
      const char = String.fromCodePoint(byte)
      const plain = index === 0 ? /[a-z0-9_]/ : /[a-z0-9._-]/
      return plain.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
  if (encoded.length <= 200) return `${encoded}.json`
  const digest = hash('sha256', host).slice(0, 24)
  return `${encoded.slice(0, 150)}~${digest}.json`
}

/** The host that a facts file is named after. */
function hostOfFileName(name: string): string {
  const stem = name.replace(/\.json$/, '')
  try {
    return decodeURIComponent(stem)
  } catch {
    return stem
  }
}

/** How the facts of a host were read: which set, with which rights. */
export type SavedFacts = Pick<FactsHead, 'set' | 'privilege'>

/** Hosts whose facts are in the directory, whole and with status `complete`, by name. */
export async function hostsWithFacts(directory: string): Promise<Map<string, SavedFacts>> {
  const exists = await stat(directory).then(
    () => true,
    () => false,
  )
  if (!exists) return new Map()
  const heads = await listFacts(directory, { keepBroken: true })
  const complete = heads.filter(({ status, whole }) => status === 'complete' && whole)
  return new Map(complete.map(({ host, set, privilege }) => [host, { set, privilege }]))
}

/** The better facts that an earlier collection of the host left: kept since a later one failed, or read less. */
export async function previousFacts(directory: string, host: string): Promise<string | undefined> {
  return await findPrevious(join(directory, factsFileName(host)))
}

let compiled: typeof HostFacts | undefined

export interface ReadFactsOptions {
  /** Whether many documents follow: compiling the schema takes as long as checking about 100 of them without. */
  compile?: boolean
}

/** Reads one host's facts. Throws DOCUMENT_INVALID (file, JSON path, what was expected), DOCUMENT_NEWER at a later schema. */
export async function readFactsFile(path: string, options: ReadFactsOptions = {}): Promise<HostFacts> {
  const text = await readBounded(path, { maxBytes: maxFactsBytes })
  if (options.compile === true) compiled ??= z.compile(HostFacts)
  return parseJsonDocument(text, { path, schema: compiled ?? HostFacts, name: 'facts' })
}

/** A facts file, as far as its head tells; of a broken one only the name does. */
export type ListedFacts = FactsHead & { path: string; broken?: true }

/**
 * The facts files in a directory, or the one file, in order of host name. Only heads are read: DOCUMENT_INVALID for what
 * is no JSON (unless broken files are kept) and for two files of one host.
 */
export async function listFacts(path: string, options: ListFactsOptions = {}): Promise<ListedFacts[]> {
  const { onWarning, keepBroken = false } = options
  const found = await stat(path).catch((error: unknown) => {
    throw readFailure(path, error, 'DOCUMENT_NOT_FOUND')
  })
  if (!found.isDirectory()) return [{ path, ...required(await peekFacts(path), path) }]
  const listed: ListedFacts[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const file = join(path, entry.name)
    if (isPrevious(entry.name)) continue
    const isCandidate = entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.')
    const head = isCandidate ? await headOf(file, keepBroken) : undefined
    if (head) listed.push({ path: file, ...head })
    else if (!entry.name.startsWith('.')) onWarning?.(`${file} is not a facts document and was left out`)
  }
  listed.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.path < b.path ? -1 : 1))
  refuseDuplicates(listed)
  return listed
}

async function headOf(
  path: string,
  keepBroken: boolean,
): Promise<(FactsHead & { broken?: true }) | undefined> {
  try {
    return await peekFacts(path)
  } catch (error) {
    if (!keepBroken || !isMigrationError(error)) throw error
    const host = hostOfFileName(basename(path))
    return { host, status: '', set: 'basic', privilege: '', whole: false, broken: true }
  }
}

function required(head: FactsHead | undefined, path: string): FactsHead {
  if (head) return head
  throw new MigrationError('DOCUMENT_INVALID', `${path} is not a facts document`, {
    hint: 'expected a JSON file whose "schema" is "facts/v1", as osferry collect writes it',
    details: { file: path },
  })
}

function refuseDuplicates(sorted: readonly ListedFacts[]): void {
  for (const [index, current] of sorted.entries()) {
    const previous = sorted[index - 1]
    if (previous?.host !== current.host) continue
    throw new MigrationError(
      'DOCUMENT_INVALID',
      `two files hold facts of host ${current.host}: ${previous.path} and ${current.path}`,
      { hint: 'keep the newer one (see collection.finishedAt in each) and move the other away' },
    )
  }
}
