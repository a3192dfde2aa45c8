import type { ArtifactDamage } from '../artifacts/parked-artifacts.ts'
import type { Text } from '../model/text.ts'

/** How an artifact is. `unread` = the store could not give its bytes: nobody knows. */
export type ArtifactState = 'whole' | 'begun' | 'damaged' | 'unread'

/** Words for each state. */
export const stateTexts: Readonly<Record<ArtifactState, Text>> = {
  whole: { en: 'whole', zh: '完整' },
  begun: { en: 'begun, never finished', zh: '已开始但未完成' },
  damaged: { en: 'damaged', zh: '已损坏' },
  unread: { en: 'unknown: not readable', zh: '未知：无法读取' },
}

/** What is wrong, in a sentence. */
export const damageTexts: Readonly<Record<ArtifactDamage, Text>> = {
  'head-not-understood': {
    en: 'its artifact.json is not one that osferry writes',
    zh: '其 artifact.json 不是 osferry 写出的内容',
  },
  'head-newer': {
    en: 'it was parked by a newer osferry: use that one, or a newer one',
    zh: '由更新版本的 osferry 存档：请使用该版本或更新的版本',
  },
  'head-of-another': {
    en: 'its artifact.json is of another artifact',
    zh: '其 artifact.json 属于另一个存档',
  },
  'data-missing': { en: 'its data is not there', zh: '数据缺失' },
  'size-differs': {
    en: 'its data has another size than when it was parked',
    zh: '数据大小与存档时不同',
  },
  'sha256-differs': {
    en: 'its data has another sha256 than when it was parked',
    zh: '数据的 sha256 与存档时不同',
  },
  'manifest-missing': {
    en: 'the list of its files is not there: it cannot be restored',
    zh: '文件清单缺失：无法恢复',
  },
  'manifest-differs': {
    en: 'the list of its files is not the one that was parked: it cannot be restored',
    zh: '文件清单与存档时不同：无法恢复',
  },
}

/** Columns of the lists. */
export const dataColumns = {
  id: { en: 'ID', zh: '编号' },
  state: { en: 'STATE', zh: '状态' },
  node: { en: 'NODE', zh: '节点' },
  source: { en: 'SOURCE', zh: '来源' },
  size: { en: 'SIZE', zh: '大小' },
  age: { en: 'AGE', zh: '时长' },
  why: { en: 'WHY', zh: '原因' },
} as const satisfies Record<string, Text>

/** What became of an archive that was to be deleted. `gone` = it was deleted before; `kept` = it may still be needed. */
export type DeletionState = 'to-delete' | 'deleted' | 'gone' | 'kept'

/** Words for each of them. */
export const deletedTexts: Readonly<Record<DeletionState, Text>> = {
  'to-delete': { en: 'would be deleted', zh: '将被删除' },
  deleted: { en: 'deleted', zh: '已删除' },
  gone: { en: 'gone already', zh: '此前已不存在' },
  kept: { en: 'stays', zh: '保留' },
}

/** Columns of the list of what was deleted. */
export const deletionColumns = {
  id: dataColumns.id,
  node: dataColumns.node,
  store: { en: 'STORE', zh: '存档库' },
  size: dataColumns.size,
  state: dataColumns.state,
  why: dataColumns.why,
} as const satisfies Record<string, Text>
