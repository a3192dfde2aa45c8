import { visibleLine } from '../model/visible-text.ts'
import type { EscalationRecord } from '../steps/escalation.ts'
import { escalationText } from '../steps/escalation-texts.ts'
import type { CommandContext } from './context.ts'

/** One step beside an eviction, in one line: when, which pod, what and why. */
export function escalationLine({ say }: Pick<CommandContext, 'say'>, record: EscalationRecord): string {
  return visibleLine(`${record.at.slice(11, 19)} drain ${record.node} ${say(escalationText(record))}`)
}
