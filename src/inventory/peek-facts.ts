import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { factSets, type FactSet } from '../model/collector.ts'
import { readBounded, readFailure } from './read-bounded.ts'
import { parseJson } from './json-document.ts'

/** What a directory listing needs to know of a facts file. `whole` = it ends as a complete document does. */
export interface FactsHead {
  host: string
  status: string
  set: FactSet
  privilege: string
  whole: boolean
}

const headBytes = 16 * 1024

/**
 * Host and status of a facts file without parsing it all: the part before `"facts"` is small. Undefined when it is
 * some other JSON document; throws DOCUMENT_INVALID when it is no JSON at all.
 */
export async function peekFacts(path: string): Promise<FactsHead | undefined> {
  const { head, whole } = readEnds(path)
  const end = head.indexOf(',"facts":{')
  const parsed = end < 0 ? undefined : headOf(tryParse(`${head.slice(0, end)}}`), whole)
  return parsed ?? headOf(parseJson(await readBounded(path), path), true)
}

/** Synchronous: three small system calls a file are cheaper than as many promises, ten thousand times. */
function readEnds(path: string): { head: string; whole: boolean } {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    throw readFailure(path, error, 'DOCUMENT_NOT_FOUND')
  }
  try {
    const head = Buffer.alloc(headBytes)
    const length = readSync(descriptor, head, 0, headBytes, 0)
    const tail = Buffer.alloc(3)
    const { size } = fstatSync(descriptor)
    readSync(descriptor, tail, 0, 3, Math.max(0, size - 3))
    return { head: head.toString('utf8', 0, length), whole: /\}\}\n?$/.test(tail.toString('latin1')) }
  } finally {
    closeSync(descriptor)
  }
}

function headOf(document: unknown, whole: boolean): FactsHead | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  const { schema, host, collection, status } = document as Readonly<Record<string, unknown>>
  if (typeof schema !== 'string' || !schema.startsWith('facts/')) return undefined
  const set = textOf(collection, 'set')
  return {
    host: textOf(host, 'name'),
    status: typeof status === 'string' ? status : '',
    set: factSets.find((known) => known === set) ?? 'basic',
    privilege: textOf(collection, 'privilege'),
    whole,
  }
}

function textOf(value: unknown, key: string): string {
  const text =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof text === 'string' ? text : ''
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
