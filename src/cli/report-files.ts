import { dirname, join, resolve } from 'node:path'
import { createAtomicFile, ensureDirectory } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'
import type { CommandContext } from './context.ts'
import { done } from './define-command.ts'
import { isForMachines, printList } from './output.ts'
import { shortPath } from './state-paths.ts'

/** One file to write; `-` is stdout. */
export interface ReportFile<Format extends string> {
  format: Format
  path: string
}

/** What formats a report has, and the name of the file of each in the report directory. */
export type ReportFileNames<Format extends string> = Readonly<Record<Format, string>>

/** The file of one word of `--format`: `html`, or `html=PATH` where it shall be elsewhere. Throws USAGE for a format that is none. */
export function reportFileOf<Format extends string>(
  { settings, cwd }: CommandContext,
  word: string,
  names: ReportFileNames<Format>,
): ReportFile<Format> {
  const [kind = '', ...rest] = word.split('=')
  const path = rest.join('=')
  const formats = Object.keys(names) as Format[]
  const format = formats.find((name) => name === kind)
  if (format === undefined)
    throw new MigrationError('USAGE', `unknown report format ${kind}`, {
      hint: `${nearestHint(kind, formats)}There are ${formats.join(', ')}.`,
    })
  if (path === '-') return { format, path }
  const usual = (): string => join(settings.required('report.dir'), names[format])
  return { format, path: path === '' ? usual() : resolve(cwd, path) }
}

/** Writes a file, which appears whole or not at all, with its directory; or to stdout. */
export async function writeReportPieces(
  { stdout }: Pick<CommandContext, 'stdout'>,
  path: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (path !== '-') return await writeFilePieces(path, pieces)
  for await (const piece of pieces) stdout.write(piece)
}

/** The same of a path that is a file. */
export async function writeFilePieces(
  path: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  ensureDirectory(dirname(path))
  const file = await createAtomicFile(path)
  try {
    for await (const piece of pieces) await file.write(piece)
  } catch (error) {
    await file.abandon()
    throw error
  }
  await file.commit()
}

/** Lists what was written where. */
export async function printReportFiles(
  context: CommandContext,
  written: readonly ReportFile<string>[],
): Promise<void> {
  await printList(context, {
    columns: [
      { key: 'format', title: { en: 'FORMAT', zh: '格式' }, value: ({ format }) => format },
      {
        key: 'path',
        title: { en: 'WRITTEN TO', zh: '已写入' },
        value: ({ path }) => (isForMachines(context) ? path : shortPath(context, path)),
      },
    ],
    items: written,
    name: ({ path }) => path,
    exit: done,
  })
}
