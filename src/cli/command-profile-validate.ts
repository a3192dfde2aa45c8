import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { errorCodes, isMigrationError, type ErrorCode } from '../model/errors.ts'
import { unknownFields, type ProfilePath } from '../model/profile-fields.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { printList, tellExit, type Column } from './output.ts'

interface Validated {
  profile: string
  valid: boolean
  /** Fields that nobody has filled in: valid, and refused by name when they are needed. */
  unknown: readonly ProfilePath[]
  /** One line a problem: file:line:column, field, what is allowed. */
  problem: string | null
  code: ErrorCode | null
}

/** `osferry profile validate [PATH...]`: each one is read as `ignition render` would read it; nothing is contacted. */
export const profileValidate = defineCommand({
  path: 'profile validate',
  arguments: [
    {
      name: 'profile',
      many: true,
      optional: true,
      words: builtInProfiles.map(({ name }) => name),
      text: { en: 'paths or names; the built-in ones when left out', zh: '路径或名称，省略时为内置系统描述' },
    },
  ],
  examples: ['osferry profile validate ./ours.yaml', 'osferry profile validate profiles/*.yaml -o json'],
  async run(context, input) {
    const names = input.arguments.length === 0 ? builtInProfiles.map(({ name }) => name) : input.arguments
    const items: Validated[] = []
    for (const name of new Set(names)) items.push(await validated(context, name))
    const exit = exitOf(context, items)
    await printList(context, { columns: columnsOf(context), items, name: ({ profile }) => profile, exit })
    tellExit(context, exit)
    return exit
  },
})

function columnsOf({ say }: CommandContext): Column<Validated>[] {
  return [
    { key: 'profile', title: { en: 'PROFILE', zh: '系统描述' }, value: ({ profile }) => profile },
    {
      key: 'result',
      title: { en: 'RESULT', zh: '结果' },
      value: ({ valid }) => (valid ? say({ en: 'valid', zh: '有效' }) : say({ en: 'not valid', zh: '无效' })),
    },
    {
      key: 'unknown',
      title: { en: 'NOT KNOWN', zh: '未知项' },
      value: ({ unknown }) => unknown.join(', '),
      wrap: true,
    },
    {
      key: 'problem',
      title: { en: 'PROBLEM', zh: '问题' },
      value: ({ problem }) => problem?.replaceAll('\n', '; ') ?? '',
      wrap: true,
    },
  ]
}

/** One that cannot be read does not keep the others from being looked at. */
async function validated(context: CommandContext, name: string): Promise<Validated> {
  try {
    const { profile } = await findProfile(name, context)
    const unknown = unknownFields(profile).map(({ path }) => path)
    return { profile: name, valid: true, unknown, problem: null, code: null }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    return { profile: name, valid: false, unknown: [], problem: error.message, code: error.code }
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
    en: `${count} of ${total} ${total === 1 ? 'profile' : 'profiles'} not valid`,
    zh: `${total} 个系统描述中有 ${count} 个无效`,
  })
  return { code, reason, next: ['osferry schema os-profile'] }
}
