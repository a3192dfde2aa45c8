import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { MigrationError, type ErrorCode } from '../model/errors.ts'
import type { Language } from '../model/text.ts'
import { describeIssues, issueLanguage } from './issues.ts'
import { refuseNewer } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

type Path = readonly PropertyKey[]

/** A YAML (or JSON) document that people write, and where each part of it stands. */
export interface YamlDocument<T> {
  value: T
  /** 1-based line of a path; of its nearest parent when the path is not there. */
  lineOf: (path: Path) => number
  /** `file:line:column` of a path, found in the same way. */
  placeOf: (path: Path) => string
}

export interface YamlDocumentOptions<Schema extends z.ZodType> {
  path: string
  schema: Schema
  /** The document's name: `inventory` of `inventory/v1`. */
  name: string
  /** Code of what is wrong with the content. */
  code: ErrorCode
  notFound?: ErrorCode
  /** Default 64 MiB. */
  maxBytes?: number
  /** Of the validation messages; default English. */
  language?: Language
  /** For a format that is not ours: where it is described. Its lines may hold secrets and are not shown. */
  foreign?: string
}

/** Reads and checks a YAML 1.2 or JSON file. Errors say file:line:column, the path, what is allowed and what was meant. */
export async function readYamlDocument<Schema extends z.ZodType>(
  options: YamlDocumentOptions<Schema>,
): Promise<YamlDocument<z.infer<Schema>>> {
  const { path, notFound, maxBytes } = options
  const bounds = {
    ...(notFound === undefined ? {} : { notFound }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  }
  return parseYamlDocument(await readBounded(path, bounds), options)
}

/** Checks the text of a YAML or JSON document. */
function parseYamlDocument<Schema extends z.ZodType>(
  text: string,
  options: YamlDocumentOptions<Schema>,
): YamlDocument<z.infer<Schema>> {
  const { path, schema, name, code, language = 'en', foreign } = options
  const { document, positionOf } = parseYaml(text, { path, code, showsLine: foreign === undefined })
  const hint = foreign ?? `the format is ${name}/v1: osferry schema ${name}`
  const data: unknown = document
  if (data === null || data === undefined) {
    throw new MigrationError(code, language === 'zh-CN' ? `${path} 是空文件` : `${path} is empty`, {
      hint,
      details: { file: path },
    })
  }
  if (foreign === undefined) refuseNewer(data, name, path)
  const place = (at: Path): string => `${path}:${positionOf(at).line}:${positionOf(at).col}`
  const result = schema.safeParse(data, { error: issueLanguage(language), jitless: true })
  if (!result.success) {
    const described = describeIssues(result.error, { document: data, schema, language, place })
    const issue = result.error.issues[0]
    const { line, col } = positionOf(issue?.path ?? [])
    throw new MigrationError(code, described.message, {
      hint,
      details: { file: path, line, column: col, path: described.first },
      cause: result.error,
    })
  }
  return { value: result.data, lineOf: (at) => positionOf(at).line, placeOf: place }
}

/** Parses YAML without a schema: plain data and positions. Custom tags, several documents and alias bombs are refused. */
export function parseYaml(
  text: string,
  { path, code, showsLine = true }: { path: string; code: ErrorCode; showsLine?: boolean },
): { document: unknown; positionOf: (at: Path) => { line: number; col: number } } {
  const lineCounter = new LineCounter()
  // With logLevel silent, a second document would be passed over without a word.
  const parsed = parseDocument(text, { lineCounter, prettyErrors: false, version: '1.2', logLevel: 'error' })
  const problem = parsed.errors[0] ?? parsed.warnings[0]
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0])
    const isDeep = problem.message.includes('call stack')
    const words = isDeep ? 'is nested too deeply' : problem.message
    throw new MigrationError(code, `${path}:${line}:${col}: ${words}`, {
      ...(showsLine ? { hint: sourceLine(text, line) } : {}),
      details: { file: path, line, column: col },
      cause: problem,
    })
  }
  return {
    document: toPlain(parsed, path, code),
    positionOf: (at) => lineCounter.linePos(offsetOf(parsed, at)),
  }
}

function toPlain(parsed: Document.Parsed, path: string, code: ErrorCode): unknown {
  try {
    return parsed.toJS({ maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw new MigrationError(code, `${path}: ${(error as Error).message}`, {
      hint: 'write the values out instead of repeating them with * aliases',
      details: { file: path },
      cause: error,
    })
  }
}

function sourceLine(text: string, line: number): string {
  return `line ${line}: ${(text.split('\n')[line - 1] ?? '').trim().slice(0, 120)}`
}

/** Offset of the key (in maps) or item (in lists) at the path, or of the deepest part of it that is there. */
function offsetOf(parsed: Document.Parsed, path: Path): number {
  let node: unknown = parsed.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(part))
      if (!pair) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}
