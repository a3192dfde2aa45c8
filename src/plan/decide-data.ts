import type { DataAction, LocalData } from '../model/data-decision.ts'
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
  /** Whether a path lies on a disk that is not written anew; undefined = nobody knows. */
  isOffSystemDisk: (path: string) => boolean | undefined
}

/** What becomes of each piece of local data. `action` stays null where nobody has decided: such a node is not planned. */
export function decideData(found: readonly FoundData[], choices: DataChoices): LocalData[] {
  return found.map((data) => {
    const { isBlock: _isBlock, ...kept } = data
    return { ...kept, ...decisionOf(data, choices) }
  })
}

type Decision = Pick<LocalData, 'action' | 'reason'>

const inPlace: Text = {
  en: 'the system is changed in place: the disk is kept',
  zh: '系统就地转换，磁盘保留',
}
const joined: Text = {
  en: 'the kubelet makes it anew when the node joins',
  zh: '节点加入时由 kubelet 重新生成',
}

/** Of the rules that match the first counts, also when what it says cannot be: a wider one below it never decides then. */
function decisionOf(data: FoundData, choices: DataChoices): Decision {
  const rule = choices.rules.find((rule) => matches(rule, data, choices.host))
  if (rule !== undefined) {
    const refused = whyImpossible(data, rule.action, choices)
    if (refused !== undefined) return { action: null, reason: refused }
    return { action: rule.action, reason: { en: rule.reason, zh: rule.reason } }
  }
  if (!choices.wipesDisk && data.kind !== 'empty-dir') return { action: 'preserve', reason: inPlace }
  if (data.kind === 'kubelet-root') return { action: 'discard', reason: joined }
  const again = data.kind === 'host-path' && data.path !== null ? whoMakesAgain(data.path) : undefined
  return again === undefined ? { action: null, reason: null } : { action: 'discard', reason: again }
}

/** A rule without a kind is about directories that pods use; everything else has to be named. */
function matches({ kind, path, hosts }: DataRule, data: FoundData, host: string): boolean {
  if (hosts !== undefined && !hosts.includes(host)) return false
  const isMeant =
    kind === undefined ? data.kind === 'host-path' || data.kind === 'local-volume' : kind === data.kind
  if (!isMeant) return false
  return path === undefined || (data.path !== null && isBelow(data.path, path))
}

function whyImpossible(data: FoundData, action: DataAction, choices: DataChoices): Text | undefined {
  const { kind, path, isBlock } = data
  const cannot = (why: Text): Text => ({
    en: `the decision says ${action}: ${why.en}`,
    zh: `决定为 ${action}：${why.zh}`,
  })
  if (!possibleActions[kind].includes(action)) {
    const allowed = possibleActions[kind].join(', ')
    return cannot({ en: `it can be ${allowed} only`, zh: `只能是 ${allowed}` })
  }
  if (action === 'reattach' && path !== null)
    return cannot({
      en: 'it lies on a disk of the node, not in the network',
      zh: '数据在节点磁盘上，不是网络卷',
    })
  if (action !== 'reattach' && action !== 'discard' && path === null && kind === 'local-volume')
    return cannot({ en: 'where its data is, its driver knows only', zh: '数据位置只有其驱动知道' })
  if (action === 'park' && isBlock === true)
    return cannot({ en: 'a raw device is no files', zh: '裸设备不是文件' })
  if (action !== 'preserve' || !choices.wipesDisk || path === null) return undefined
  const isOff = isBlock === true ? undefined : choices.isOffSystemDisk(path)
  if (isOff === true) return undefined
  return isOff === false
    ? cannot({
        en: 'it lies on the system disk, which is written anew',
        zh: '数据在系统盘上，而系统盘会被重写',
      })
    : cannot({ en: 'nobody knows on which disk it lies', zh: '无法确定数据位于哪块磁盘' })
}
