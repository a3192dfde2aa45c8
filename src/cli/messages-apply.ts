import type { NodeResult } from '../migrate/run-outcome.ts'
import type { Phase } from '../model/playbook.ts'
import type { Text } from '../model/text.ts'

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
