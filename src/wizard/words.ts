import type { Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'

/** Names of the stages, as the header shows them. */
export const stageNames: Readonly<Record<WizardStage, Text>> = {
  sources: { en: 'Sources', zh: '主机来源' },
  access: { en: 'Access', zh: '连通性' },
  collect: { en: 'Collect', zh: '采集' },
  assess: { en: 'Assess', zh: '评估' },
  report: { en: 'Report', zh: '报告' },
  targets: { en: 'Targets', zh: '目标' },
  data: { en: 'Data', zh: '数据' },
  waves: { en: 'Waves', zh: '波次' },
  review: { en: 'Review', zh: '复核' },
  run: { en: 'Run', zh: '执行' },
  end: { en: 'End', zh: '结果' },
}

/** Labels of the general keys and fixed parts of every screen. */
export const frameWords = {
  readOnly: { en: 'READ ONLY', zh: '只读' },
  changes: { en: 'CHANGES HOSTS', zh: '正在更改主机' },
  choose: { en: 'choose', zh: '选择' },
  scroll: { en: 'scroll', zh: '滚动' },
  open: { en: 'open', zh: '确定' },
  filter: { en: 'filter', zh: '筛选' },
  back: { en: 'back', zh: '返回' },
  help: { en: 'help', zh: '说明' },
  save: { en: 'save and quit', zh: '保存并退出' },
  language: { en: '中文', zh: 'English' },
  sameAs: { en: 'same as:', zh: '等价命令：' },
  endFilter: { en: 'keep filter', zh: '完成筛选' },
  clearFilter: { en: 'clear', zh: '清除' },
  nothing: { en: 'nothing matches the filter', zh: '没有符合筛选条件的项' },
  stop: { en: 'stop, keeping what is complete', zh: '停止，保留已完成的结果' },
  answer: { en: 'answer', zh: '确定' },
} as const satisfies Record<string, Text>
