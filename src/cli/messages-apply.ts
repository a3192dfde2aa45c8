import type { NodeResult } from '../migrate/run-outcome.ts'
import { fewNames } from '../model/few-names.ts'
import { leftCordonedReasons, type LeftCordonedReason, type NodeNote } from '../model/node-note.ts'
import { noteText } from '../model/node-note-text.ts'
import type { Phase } from '../model/playbook.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from './shell-word.ts'

/** Where a node of a run is, or how it ended. */
export const nodeResultTexts: Readonly<Record<NodeResult['state'], Text>> = {
  'not-started': { en: 'not started', zh: '未开始' },
  'under-way': { en: 'under way', zh: '进行中' },
  'going-back': { en: 'being given back', zh: '正在恢复原状' },
  done: { en: '✔ done', zh: '✔ 已完成' },
  returned: { en: '↩ returned as found', zh: '↩ 已恢复原状' },
  failed: { en: '✖ failed', zh: '✖ 失败' },
  'rolled-back': { en: '↩ rolled back', zh: '↩ 已回退' },
  skipped: { en: 'skipped', zh: '已跳过' },
}

/** The three steps of a move. */
export const phaseNames: Readonly<Record<Phase, Text>> = {
  migrate: { en: 'migrate', zh: '迁移' },
  replace: { en: 'replace', zh: '替换' },
  restore: { en: 'restore', zh: '恢复' },
}

/** What a node is after a step of its move. */
export const nodeEndTexts: Readonly<Record<Phase, Text>> = {
  migrate: { en: 'migrated', zh: '完成迁移' },
  replace: { en: 'replaced', zh: '完成替换' },
  restore: { en: 'restored', zh: '完成恢复' },
}

export const stoppingText: Text = {
  en: 'stopping: the steps in hand are finished first; press Ctrl-C again to leave them as they are',
  zh: '正在停止：先完成手头的步骤；再按一次 Ctrl-C 则保持现状立即离开',
}

/** In few words, behind the names of nodes. */
const shortCordonReasons: Readonly<Record<LeftCordonedReason, Text>> = {
  'mark-gone': { en: 'the mark of this run is gone', zh: '本次运行的标记已不在' },
  'of-others': { en: 'somebody else was faster', zh: '他人抢先封锁' },
  'new-object': { en: 'a new Node object', zh: 'Node 对象是新建的' },
}

/** Nodes that have stayed cordoned, by reasons. */
export function leftCordonedText(left: readonly { node: string; why: LeftCordonedReason }[]): Text {
  const groups = leftCordonedReasons.flatMap((reason) => {
    const names = left.filter(({ why }) => why === reason).map(({ node }) => node)
    return names.length === 0 ? [] : [{ names: fewNames(names), why: shortCordonReasons[reason] }]
  })
  return {
    en: groups.map(({ names, why }) => `${names} (${why.en})`).join('; '),
    zh: groups.map(({ names, why }) => `${names}（${why.zh}）`).join('；'),
  }
}

/** What is to be known of a node although its steps are done, and what to do. */
export function nodeNoteText(node: string, note: NodeNote): Text {
  const text = noteText(note)
  if (note.kind !== 'left-cordoned') return text
  const command = `kubectl uncordon ${shellWord(node)}`
  return {
    en: `${text.en}; ask whoever has done so, then: ${command}`,
    zh: `${text.zh}；请询问操作者，然后运行：${command}`,
  }
}
