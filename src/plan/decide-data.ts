import type { DataAction, LocalData } from '../model/data-decision.ts'
import { isRuleFor, possibleActions, type DataRule } from '../model/data-rules.ts'
import { isOfTheHost, whoMakesAgain } from '../model/made-again.ts'
import { whyNotParked } from '../model/park-rules.ts'
import { wipesDisk, type Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import type { FoundData } from './local-data.ts'

export interface DataChoices {
  host: string
  /** Where the disk is kept, everything but emptyDir stays where it is. */
  target: Target
  rules: readonly DataRule[]
  /** Whether a path lies on a disk that is not written anew; undefined = nobody knows. */
  isOffSystemDisk: (path: string) => boolean | undefined
  /** The rollback means write the disk of the system anew, also that of one that is changed in place. */
  isRewrittenOnWayBack: boolean
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

const lostOnWayThere: Text = {
  en: 'it lies on the system disk, which is written anew',
  zh: '数据在系统盘上，而系统盘会被重写',
}
const lostOnWayBack: Text = {
  en: 'a rollback by image or by installing anew writes the disk on which it lies, and what was written since would be lost: decide what becomes of it, or choose old-deployment (old-disk and snapshot only until the node has pods again)',
  zh: '以镜像或重装回退会重写其所在磁盘，此后写入的内容将丢失：请决定其处理方式，或改用 old-deployment 回退（old-disk 与 snapshot 仅在节点重新承载 Pod 之前可用）',
}

/** Of the rules that match the first counts, also when what it says cannot be: a wider one below it never decides then. */
function decisionOf(data: FoundData, choices: DataChoices): Decision {
  const rule = choices.rules.find((rule) => isRuleFor(rule, data, choices.host))
  if (rule !== undefined) {
    const refused = whyImpossible(data, rule.action, choices)
    if (refused !== undefined) return { action: null, reason: refusal(refused, { data, rule, choices }) }
    return { action: rule.action, reason: { en: rule.reason, zh: rule.reason } }
  }
  if (!wipesDisk(choices.target) && data.kind !== 'empty-dir') {
    const lost = whyLost(data, choices)
    return lost === undefined ? { action: 'preserve', reason: inPlace } : { action: null, reason: lost }
  }
  if (data.kind === 'kubelet-root') return { action: 'discard', reason: joined }
  const again = data.kind === 'host-path' && data.path !== null ? whoMakesAgain(data.path) : undefined
  return again === undefined ? { action: null, reason: null } : { action: 'discard', reason: again }
}

/** What was decided, why it cannot be, and what could be decided instead. */
function refusal(
  why: Text,
  { data, rule: { action }, choices }: { data: FoundData; rule: DataRule; choices: DataChoices },
): Text {
  const ways = possibleActions[data.kind].filter((way) => whyImpossible(data, way, choices) === undefined)
  return {
    en: `the decision says ${action}: ${why.en}; it can be ${ways.join(', ')}`,
    zh: `决定为 ${action}：${why.zh}；可选：${ways.join('、')}`,
  }
}

function whyImpossible(data: FoundData, action: DataAction, choices: DataChoices): Text | undefined {
  const { kind, path, isBlock } = data
  if (!possibleActions[kind].includes(action))
    return { en: 'that cannot become of such data', zh: '此类数据不能这样处理' }
  if (action === 'reattach' && path !== null)
    return {
      en: 'it lies on a disk of the node, not in the network',
      zh: '数据在节点磁盘上，不是网络卷',
    }
  if (action !== 'reattach' && action !== 'discard' && path === null && kind === 'local-volume')
    return { en: 'where its data is, its driver knows only', zh: '数据位置只有其驱动知道' }
  if (action === 'park' && isBlock === true) return { en: 'a raw device is no files', zh: '裸设备不是文件' }
  if (action === 'park' && kind !== 'images') return whyNotParked(data, choices.target)
  return action === 'preserve' ? whyLost(data, choices) : undefined
}

/** Why it would not be there any more, on the way there or on the way back. */
function whyLost(data: FoundData, choices: DataChoices): Text | undefined {
  const { kind, path, isBlock } = data
  const isOnWayBack = choices.isRewrittenOnWayBack && (isOfTheHost(data) || kind === 'images')
  if (!wipesDisk(choices.target) && !isOnWayBack) return undefined
  // Images lie with their runtime, on the disk of the system as far as anybody knows.
  const isOff =
    kind === 'images' ? false : path === null || isBlock === true ? undefined : choices.isOffSystemDisk(path)
  if (isOff === true) return undefined
  if (isOff === undefined) return { en: 'nobody knows on which disk it lies', zh: '无法确定数据位于哪块磁盘' }
  return wipesDisk(choices.target) ? lostOnWayThere : lostOnWayBack
}
