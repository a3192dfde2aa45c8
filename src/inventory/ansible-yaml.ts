import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Scalar } from 'yaml'
import { MigrationError } from '../model/errors.ts'
import type { Place } from './imported.ts'

/** A value and where it stands; mappings keep their entries in order. */
export interface PlacedValue {
  plain: unknown
  place: Place
  entries?: { key: string; value: PlacedValue }[]
}

/** Stands for a value that is encrypted: it is never decrypted, and never copied. */
export const encryptedValue = Symbol('ansible-vault')

/**
 * Parses YAML as Ansible does (1.1: yes and no are booleans; `!vault` and `!unsafe` tags). Throws INVENTORY_INVALID.
 */
export function parseAnsibleYaml(text: string, file: string): PlacedValue {
  const lines = new LineCounter()
  const customTags = [
    { tag: '!vault', resolve: () => encryptedValue },
    { tag: '!unsafe', resolve: (value: string) => value },
  ]
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.1',
    uniqueKeys: false,
    customTags,
    logLevel: 'silent',
  })
  const problem = document.errors[0]
  if (problem) {
    const { line } = lines.linePos(problem.pos[0])
    throw new MigrationError('INVENTORY_INVALID', `${file}:${line}: ${problem.message}`, {
      details: { file, line },
      cause: problem,
    })
  }
  const budget = { left: 2_000_000 }
  return placed(document.contents, { document, lines, file, budget, line: 1 })
}

interface Context {
  document: Document.Parsed
  lines: LineCounter
  file: string
  /** Values that may still be visited: ends alias bombs. */
  budget: { left: number }
  line: number
}

function placed(node: unknown, context: Context): PlacedValue {
  const line = lineOf(node, context)
  const place = { file: context.file, line }
  context.budget.left -= 1
  if (context.budget.left < 0)
    throw new MigrationError(
      'INVENTORY_INVALID',
      `${context.file}:${line}: too many values (aliases repeat them)`,
    )
  if (isAlias(node)) return placed(node.resolve(context.document), { ...context, line })
  if (isMap(node)) {
    const entries = node.items.flatMap((pair) => entriesOf(pair, context))
    return { plain: Object.fromEntries(entries.map(({ key, value }) => [key, value.plain])), place, entries }
  }
  if (isSeq(node)) return { plain: node.items.map((item) => placed(item, { ...context, line }).plain), place }
  return { plain: isScalar(node) ? scalarOf(node) : null, place }
}

/** One pair, or what a merge key (`<<: *defaults`) brings. */
function entriesOf(
  pair: { key: unknown; value: unknown },
  context: Context,
): { key: string; value: PlacedValue }[] {
  const line = lineOf(pair.key, context)
  const value = placed(pair.value, { ...context, line })
  const key = isScalar(pair.key) ? keyText(scalarOf(pair.key)) : String(pair.key)
  if (key === '<<' && value.entries) return value.entries
  return [{ key, value: { ...value, place: { file: context.file, line } } }]
}

function keyText(value: unknown): string {
  return typeof value === 'symbol' ? '<<' : String(value)
}

function lineOf(node: unknown, { lines, line }: Context): number {
  const range = typeof node === 'object' && node !== null ? (node as { range?: [number] }).range : undefined
  return range === undefined || range === null ? line : lines.linePos(range[0]).line
}

/**
 * PyYAML, and so Ansible, takes y and n for text, and numbers of any length for exact; days are kept as they are written.
 * Source: https://github.com/yaml/pyyaml, resolver.py
 */
function scalarOf({ value, source }: Scalar): unknown {
  if (source === undefined) return value
  if (typeof value === 'boolean' && /^[yn]$/i.test(source)) return source
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return source
  return value instanceof Date ? source : value
}
