import { errorCodes, isMigrationError, type ErrorCode } from '../model/errors.ts'
import { counted, type Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { done, type CommandExit } from './define-command.ts'
import { printList, tellExit, type Column } from './output.ts'

/** One document that was looked at. */
export interface Validated<Told> {
  name: string
  valid: boolean
  /** What a valid one tells of itself. */
  told: Told
  /** One line a problem: file:line:column, field, what is allowed. */
  problem: string | null
  code: ErrorCode | null
}

/** A kind of documents that come with osferry, or are of a team. */
export interface DocumentKind<Told extends object> {
  /** `playbook`. */
  noun: Text
  builtIn: readonly string[]
  /** Throws MigrationError for one that is not valid. */
  read: (nameOrPath: string) => Promise<Told>
  /** Stands for what one that is not valid does not tell. */
  untold: Told
  /** Between the result and the problem. */
  columns?: readonly Column<Validated<Told>>[]
  /** What to run where one is not valid. */
  next: string
}

/** Reads each one as it would be read for use, the built-in ones when none is named, and lists which are valid. */
export async function validateDocuments<Told extends object>(
  context: CommandContext,
  names: readonly string[],
  kind: DocumentKind<Told>,
): Promise<CommandExit> {
  const items: Validated<Told>[] = []
  for (const name of new Set(names.length === 0 ? kind.builtIn : names))
    items.push(await validated(name, kind))
  const exit = exitOf(context, items, kind)
  await printList(context, {
    columns: columnsOf(context, kind),
    items,
    name: ({ name }) => name,
    data: ({ name, valid, told, problem, code }) => ({ [kind.noun.en]: name, valid, ...told, problem, code }),
    exit,
  })
  tellExit(context, exit)
  return exit
}

function columnsOf<Told extends object>(
  { say }: CommandContext,
  { noun, columns = [] }: DocumentKind<Told>,
): Column<Validated<Told>>[] {
  return [
    { key: noun.en, title: { en: noun.en.toUpperCase(), zh: noun.zh }, value: ({ name }) => name },
    {
      key: 'result',
      title: { en: 'RESULT', zh: '结果' },
      value: ({ valid }) => (valid ? say({ en: 'valid', zh: '有效' }) : say({ en: 'not valid', zh: '无效' })),
    },
    ...columns,
    {
      key: 'problem',
      title: { en: 'PROBLEM', zh: '问题' },
      value: ({ problem }) => problem?.replaceAll('\n', '; ') ?? '',
      wrap: true,
    },
  ]
}

/** One that cannot be read does not keep the others from being looked at. */
async function validated<Told extends object>(
  name: string,
  { read, untold }: DocumentKind<Told>,
): Promise<Validated<Told>> {
  try {
    return { name, valid: true, told: await read(name), problem: null, code: null }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    return { name, valid: false, told: untold, problem: error.message, code: error.code }
  }
}

/** The exit code is that of the first one that is not valid. */
function exitOf<Told extends object>(
  { say }: CommandContext,
  items: readonly Validated<Told>[],
  { noun, next }: DocumentKind<Told>,
): CommandExit {
  const bad = items.filter(({ valid }) => !valid)
  const [first] = bad
  if (first === undefined) return done
  const code = first.code === null ? 65 : errorCodes[first.code]
  const [count, total] = [bad.length, items.length]
  const reason = say({
    en: `${count} of ${counted(total, noun.en)} not valid`,
    zh: `${total} 个${noun.zh}中有 ${count} 个无效`,
  })
  return { code, reason, next: [next] }
}
