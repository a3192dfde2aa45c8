import type { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import { describeIssues } from './issues.ts'

export interface JsonDocumentOptions<Schema extends z.ZodType> {
  /** Named in errors; may carry a line: `file.ndjson:12`. */
  path: string
  schema: Schema
  /** The document's name: `facts` of `facts/v1`. */
  name: string
}

/** Parses one JSON document that osferry wrote. Throws DOCUMENT_INVALID or DOCUMENT_NEWER naming file and JSON path. */
export function parseJsonDocument<Schema extends z.ZodType>(
  text: string,
  options: JsonDocumentOptions<Schema>,
): z.infer<Schema> {
  return checkDocument(parseJson(text, options.path), options)
}

/** Checks a parsed document against its schema, after its version. */
export function checkDocument<Schema extends z.ZodType>(
  document: unknown,
  { path, schema, name }: JsonDocumentOptions<Schema>,
): z.infer<Schema> {
  refuseNewer(document, name, path)
  // What reads many documents compiles its schema itself; for a few, zod's own compiling costs more than it saves.
  const result = schema.safeParse(document, { jitless: true })
  if (result.success) return result.data
  const { message, first } = describeIssues(result.error, { document, schema, language: 'en' })
  throw new MigrationError('DOCUMENT_INVALID', `${path}: ${message}`, {
    hint: `${name} documents are not meant to be edited: make it again, or restore it from a copy`,
    details: { file: path, path: first },
    cause: result.error,
  })
}

/** DOCUMENT_NEWER when `schema` says a later version of the named document than v1. */
export function refuseNewer(document: unknown, name: string, path: string): void {
  if (typeof document !== 'object' || document === null) return
  const version = (document as { schema?: unknown }).schema
  const found = typeof version === 'string' ? /^([a-z-]+)\/v(\d+)$/.exec(version) : null
  if (found?.[1] !== name || Number(found[2]) <= 1) return
  throw new MigrationError('DOCUMENT_NEWER', `${path} is ${String(version)}; this osferry reads ${name}/v1`, {
    hint: 'use the osferry version that wrote it, or a later one',
    details: { file: path, schema: String(version) },
  })
}

/** JSON.parse with the file's name and where it breaks. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const broken = text.trim() === '' ? 'is empty' : `is not JSON: ${(error as Error).message}`
    throw new MigrationError('DOCUMENT_INVALID', `${path} ${broken}`, {
      hint: 'it looks truncated or edited by hand: make it again, or restore it from a copy',
      details: { file: path, bytes: text.length },
      cause: error,
    })
  }
}
