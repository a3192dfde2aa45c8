import type { BuiltConfig } from '../ignition/build-config.ts'
import { visibleLine } from '../model/visible-text.ts'
import { counted } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { done, type CommandExit } from './define-command.ts'

/** Tells people on stderr what of the old system the configuration does not hold; the exit is 2 while anything is undecided. */
export function tellOpen(context: CommandContext, { open, warnings }: BuiltConfig): CommandExit {
  const { say, stderr } = context
  const label = say({ en: 'warning:', zh: '警告：' })
  const lines = [
    ...warnings.map(({ path, message }) => `${label} ${path.join('.')}: ${say(message)}`),
    ...open.map(({ id, why }) => `${id}  ${say(why)}`),
  ]
  stderr.write(lines.map((line) => `${visibleLine(line)}\n`).join(''))
  if (open.length === 0) return done
  const reason = say({
    en: `${counted(open.length, 'thing')} of the old system would be lost: decide, or list them under accept in the settings`,
    zh: `旧系统中有 ${open.length} 项会丢失：请作出决定，或写入设置的 accept`,
  })
  return { code: 2, reason, next: ['osferry schema ignition-settings'] }
}
