import type { LocalData } from '../model/data-decision.ts'
import { possibleActions, type DataRule } from '../model/data-rules.ts'
import { isBelow } from '../model/space-of-path.ts'
import type { Text } from '../model/text.ts'
import type { FoundData } from './local-data.ts'
import { whoMakesAgain } from './made-again.ts'

export interface DataChoices {
  host: string
  /** Does the new system write the disk anew? If not, everything but emptyDir stays where it is. */
  wipesDisk: boolean
  rules: readonly DataRule[]
}

/** What becomes of each piece of local data. `action` stays null where nobody has decided: such a node is not planned. */
export function decideData(found: readonly FoundData[], choices: DataChoices): LocalData[] {
  return found.map((data) => ({ ...data, ...decisionOf(data, choices) }))
}

const inPlace: Text = {
  en: 'the system is changed in place: the disk is kept',
  zh: '系统就地转换，磁盘保留',
}
const joined: Text = {
  en: 'the kubelet makes it anew when the node joins',
  zh: '节点加入时由 kubelet 重新生成',
}

type Decision = Pick<LocalData, 'action' | 'reason'>

function decisionOf(data: FoundData, choices: DataChoices): Decision {
  const rule = choices.rules.find((rule) => matches(rule, data, choices.host))
  if (rule !== undefined) return { action: rule.action, reason: { en: rule.reason, zh: rule.reason } }
  if (!choices.wipesDisk && data.kind !== 'empty-dir') return { action: 'preserve', reason: inPlace }
  if (data.kind === 'kubelet-root') return { action: 'discard', reason: joined }
  const again = data.kind === 'host-path' && data.path !== null ? whoMakesAgain(data.path) : undefined
  return again === undefined ? { action: null, reason: null } : { action: 'discard', reason: again }
}

/** A rule without a kind covers the paths of every kind for which its action means something. */
function matches({ kind, path, hosts, action }: DataRule, data: FoundData, host: string): boolean {
  if (hosts !== undefined && !hosts.includes(host)) return false
  if (kind !== undefined && kind !== data.kind) return false
  if (!possibleActions[data.kind].includes(action)) return false
  return path === undefined || (data.path !== null && isBelow(data.path, path))
}
