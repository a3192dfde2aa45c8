import { counted, type Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { done, type CommandExit, type FlagDefinition } from './define-command.ts'

/** The flag of commands that compare two documents. */
export const changesFlag: FlagDefinition = {
  flags: '--detailed-exitcode',
  text: { en: 'exit code 2 when there are changes', zh: '有差异时退出码为 2' },
}

/** What has become of a part of the document. */
export const changeKindTexts: Readonly<Record<'added' | 'removed' | 'changed', Text>> = {
  added: { en: 'added', zh: '新增' },
  removed: { en: 'removed', zh: '移除' },
  changed: { en: 'changed', zh: '更改' },
}

/** How such a command ends: `isDetailed` = its flag was given, `none` = how it says that both are the same. */
export function changesExit(
  { say }: Pick<CommandContext, 'say'>,
  count: number,
  { isDetailed, none }: { isDetailed: boolean; none: Text },
): CommandExit {
  if (count === 0) return { ...done, reason: say(none) }
  const reason = say({ en: counted(count, 'change'), zh: `共 ${count} 处差异` })
  return { code: isDetailed ? 2 : 0, reason, next: [] }
}
