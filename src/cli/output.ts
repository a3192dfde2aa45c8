import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandContext } from './context.ts'
import { csvRecord } from './csv.ts'
import { done, type CommandExit } from './define-command.ts'

/** One column of a list. `wide` columns are left out of the plain table. */
export interface Column<T> {
  /** Name in CSV, and of the property people would look for. */
  key: string
  title: Text
  value(item: T): string
  wide?: boolean
  number?: boolean
  /** Wrapped in a narrow terminal and never cut: what a person has to read whole. */
  wrap?: boolean
}

export interface List<T> {
  columns: readonly Column<T>[]
  items: readonly T[]
  name(item: T): string
  /** What the JSON forms hold of an item; the item itself when left out. */
  data?(item: T): unknown
  exit?: CommandExit
}

/** Prints a list in the form asked for with `-o`. */
export async function printList<T>(context: CommandContext, list: List<T>): Promise<void> {
  const data = list.items.map((item) => list.data?.(item) ?? item)
  const { stdout, format } = context
  if (format === 'json' || format === 'yaml')
    return printDocument(context, { items: data, ...exitOf(list.exit) })
  if (format === 'ndjson') return printRecords(context, data)
  if (format === 'name')
    return stdout.write(list.items.map((item) => `${visibleLine(list.name(item))}\n`).join(''))
  if (format === 'csv') {
    const records = [
      list.columns.map(({ key }) => key),
      ...list.items.map((item) => list.columns.map((c) => c.value(item))),
    ]
    return stdout.write(records.map((record) => `${csvRecord(record.map(visibleLine))}\r\n`).join(''))
  }
  await printTable(context, list)
}

/** The same, but of nothing no table: headings above nothing would look like an answer that is missing. */
export async function printListIfAny<T>(context: CommandContext, list: List<T>): Promise<void> {
  if (list.items.length > 0 || !isForPeople(context)) await printList(context, list)
}

/** Prints a list as a table, whatever `-o` says. */
export async function printTable<T>(context: CommandContext, list: List<T>): Promise<void> {
  const { renderTable } = await import('./table.ts')
  const columns = list.columns.filter((column) => context.format === 'wide' || column.wide !== true)
  const indexes = (is: (column: Column<T>) => boolean): Set<number> =>
    new Set(columns.flatMap((column, index) => (is(column) ? [index] : [])))
  const right = indexes(({ number }) => number === true)
  const wrap = indexes((column) => column.wrap === true)
  const header = columns.map((column) => context.say(column.title))
  const rows = list.items.map((item) => columns.map((column) => column.value(item)))
  const width = context.format === 'wide' ? undefined : context.columns
  const colour = context.colour.stdout
  context.stdout.write(renderTable(header, rows, { columns: width, colour, right, wrap }))
}

/** Prints one document as JSON, as YAML with `-o yaml`, in one line with `-o ndjson`. */
export async function printDocument(context: CommandContext, document: unknown): Promise<void> {
  if (context.format === 'yaml') {
    const { stringify } = await import('yaml')
    return context.stdout.write(stringify(document, { aliasDuplicateObjects: false }))
  }
  context.stdout.write(`${jsonText(document, context.format === 'ndjson' ? undefined : 2)}\n`)
}

/** Prints records one a line. */
function printRecords(context: CommandContext, records: readonly unknown[]): void {
  context.stdout.write(records.map((record) => `${jsonText(record)}\n`).join(''))
}

/** True for `-o table` and `wide`: stdout is for people then. */
export function isForPeople({ format }: Pick<CommandContext, 'format'>): boolean {
  return format === 'table' || format === 'wide'
}

/** True for `-o json`, `yaml` and `ndjson`: stdout is for machines then. */
export function isForMachines(context: CommandContext): boolean {
  return context.format === 'json' || context.format === 'yaml' || context.format === 'ndjson'
}

/** JSON that is safe to print on a terminal: control and direction characters are escaped. */
export function jsonText(value: unknown, space?: number): string {
  return printableJson(JSON.stringify(value, null, space))
}

/** The same of text that is JSON already. */
export function printableJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function exitOf(exit: CommandExit | undefined): { exit?: CommandExit } {
  return exit === undefined ? {} : { exit }
}

/** Tells people on stderr why a command ended as it did, and what to run next; the JSON forms hold both. */
export function tellExit(context: CommandContext, { code, reason, next }: CommandExit): void {
  if (isForMachines(context) || (context.verbosity === 'quiet' && code === 0)) return
  const label = context.say({ en: 'next:', zh: '下一步：' })
  const lines = [...(reason === done.reason ? [] : [reason]), ...next.map((command) => `${label} ${command}`)]
  context.stderr.write(lines.map((line) => `${visibleLine(line)}\n`).join(''))
}
