import { readPlaybook } from '../inventory/playbook-file.ts'
import { errorCodes, isMigrationError, type ErrorCode } from '../model/errors.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { printList, tellExit, type Column } from './output.ts'

interface Validated {
  playbook: string
  valid: boolean
  sha256: string | null
  /** One line a problem: file:line:column, field, what is allowed. */
  problem: string | null
  code: ErrorCode | null
}

/** `osferry playbooks validate [PATH...]`: each one is read as a plan would read it; nothing is contacted. */
export const playbooksValidate = defineCommand({
  path: 'playbooks validate',
  arguments: [
    {
      name: 'playbook',
      many: true,
      optional: true,
      words: builtInPlaybooks,
      text: { en: 'paths or names; the built-in ones when left out', zh: '路径或名称，省略时为内置剧本' },
    },
  ],
  examples: ['osferry playbooks validate ./ours.yaml', 'osferry playbooks validate playbooks/*.yaml -o json'],
  async run(context, input) {
    const wanted = input.arguments.length === 0 ? builtInPlaybooks : [...new Set(input.arguments)]
    const items: Validated[] = []
    for (const name of wanted) items.push(await validated(context, name))
    const exit = exitOf(context, items)
    const { say } = context
    const columns: readonly Column<Validated>[] = [
      { key: 'playbook', title: { en: 'PLAYBOOK', zh: '剧本' }, value: ({ playbook }) => playbook },
      {
        key: 'result',
        title: { en: 'RESULT', zh: '结果' },
        value: ({ valid }) =>
          valid ? say({ en: 'valid', zh: '有效' }) : say({ en: 'not valid', zh: '无效' }),
      },
      {
        key: 'problem',
        title: { en: 'PROBLEM', zh: '问题' },
        value: ({ problem }) => problem?.replaceAll('\n', '; ') ?? '',
        wrap: true,
      },
    ]
    await printList(context, { columns, items, name: ({ playbook }) => playbook, exit })
    tellExit(context, exit)
    return exit
  },
})

/** One that cannot be read does not keep the others from being looked at. */
async function validated({ cwd, language }: CommandContext, name: string): Promise<Validated> {
  try {
    const { sha256 } = await readPlaybook(name, { cwd, language })
    return { playbook: name, valid: true, sha256, problem: null, code: null }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    return { playbook: name, valid: false, sha256: null, problem: error.message, code: error.code }
  }
}

/** The exit code is that of the first one that is not valid. */
function exitOf({ say }: CommandContext, items: readonly Validated[]): CommandExit {
  const bad = items.filter(({ valid }) => !valid)
  const [first] = bad
  if (first === undefined) return done
  const code = first.code === null ? 65 : errorCodes[first.code]
  const [count, total] = [bad.length, items.length]
  const reason = say({
    en: `${count} of ${total} ${total === 1 ? 'playbook' : 'playbooks'} not valid`,
    zh: `${total} 个剧本中有 ${count} 个无效`,
  })
  return { code, reason, next: ['osferry schema playbook'] }
}
