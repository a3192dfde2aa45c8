import { byteText } from '../model/byte-text.ts'
import { durationText } from '../model/duration-text.ts'
import type { RunReport, RunReportNode } from '../model/run-report.ts'
import type { Text } from '../model/text.ts'

/** What the report of a run says in its own voice. */
export const runWords = {
  title: { en: 'Report of a run', zh: '运行报告' },
  run: { en: 'Run', zh: '运行' },
  by: { en: 'by', zh: '操作者' },
  plan: { en: 'Plan sha256', zh: '计划 sha256' },
  chain: { en: 'Last record sha256', zh: '最后一条记录 sha256' },
  made: { en: 'Report made', zh: '报告生成于' },
  summary: { en: 'Result', zh: '结果' },
  state: { en: 'State', zh: '状态' },
  nodes: { en: 'Nodes', zh: '节点' },
  node: { en: 'Node', zh: '节点' },
  waves: { en: 'Waves: expected and measured', zh: '波次：预计与实际' },
  wave: { en: 'Wave', zh: '波次' },
  kind: { en: 'Kind', zh: '类型' },
  started: { en: 'Started', zh: '开始' },
  took: { en: 'Took', zh: '用时' },
  expected: { en: 'Expected P50 / P90', zh: '预计 P50 / P90' },
  evictions: { en: 'Evictions by the plan', zh: '计划的驱逐数' },
  times: { en: 'Nodes: time by phase', zh: '节点：各阶段用时' },
  migrate: { en: 'Migrate', zh: '迁移' },
  replace: { en: 'Replace', zh: '替换' },
  restore: { en: 'Restore', zh: '恢复' },
  back: { en: 'Way back', zh: '回退' },
  retries: { en: 'Retries', zh: '重试' },
  moved: { en: 'Data and images moved', zh: '迁移的数据与镜像' },
  parked: { en: 'Archived', zh: '已归档' },
  restored: { en: 'Put back', zh: '已放回' },
  images: { en: 'Images kept', zh: '保留的镜像' },
  escalations: { en: 'Forced deletions', zh: '强制删除' },
  problems: { en: 'What went wrong, and what was given back', zh: '出现的问题与恢复原状' },
  notes: { en: 'What is still to be known of nodes', zh: '节点的其他须知' },
  at: { en: 'At', zh: '时间' },
  what: { en: 'What', zh: '内容' },
  waits: { en: 'Longest waits', zh: '最长的等待' },
  step: { en: 'Step', zh: '步骤' },
  waitsFor: { en: 'Waited for', zh: '等待' },
  gates: { en: 'Gates that did not open', zh: '未放行的关卡' },
  gate: { en: 'Gate', zh: '关卡' },
  method: { en: 'What this report rests on', zh: '报告依据' },
  none: { en: 'None.', zh: '无。' },
} as const satisfies Readonly<Record<string, Text>>

export const nodeStates: Readonly<Record<RunReportNode['state'], Text>> = {
  done: { en: '✔ done', zh: '✔ 完成' },
  failed: { en: '✖ failed', zh: '✖ 失败' },
  running: { en: '… not ended', zh: '… 未结束' },
  returned: { en: '↩ given back as found', zh: '↩ 已恢复原状' },
  'rolled-back': { en: '↩ rolled back', zh: '↩ 已回退' },
  skipped: { en: '↷ skipped', zh: '↷ 已跳过' },
  planned: { en: '· not started', zh: '· 未开始' },
}

/** The first sentence. */
export function runHeadline({ run, nodes, durationMs }: RunReport): Text {
  const done = nodes.filter(({ state }) => state === 'done').length
  const after = durationMs === null ? undefined : durationText(durationMs)
  const en = after === undefined ? '' : ` after ${after}`
  const zh = after === undefined ? '' : `，历时 ${after}`
  const of = {
    en: `${done} of ${nodes.length} nodes are done${en}`,
    zh: `${nodes.length} 个节点中 ${done} 个已完成${zh}`,
  }
  const outcomes: Readonly<Record<NonNullable<typeof run.outcome>, Text>> = {
    done: { en: 'The run is done', zh: '运行已完成' },
    failed: { en: 'The run has ended with failures', zh: '运行已结束，有失败' },
    aborted: { en: 'The run was aborted', zh: '运行已中止' },
    'rolled-back': { en: 'The run was rolled back', zh: '运行已回退' },
  }
  const how =
    run.outcome === null ? { en: 'The run has not ended', zh: '运行尚未结束' } : outcomes[run.outcome]
  return { en: `${how.en}: ${of.en}.`, zh: `${how.zh}：${of.zh}。` }
}

/** What the numbers mean, and what they do not. */
export const runMethod: readonly Text[] = [
  {
    en: 'Everything is from the records of the journal and the plan by its digest; no host and no cluster was asked. osferry runs verify proves that no record was changed.',
    zh: '全部内容来自运行日志的记录和按摘要保存的计划，未询问任何主机或集群。osferry runs verify 可证明记录未被更改。',
  },
  {
    en: 'The time of a phase is the time in which its steps were at work, by the clock of the machine that ran osferry; after a kill or a stop it ends with the last record.',
    zh: '各阶段用时为其步骤处于工作状态的时间，以运行 osferry 的机器的时钟为准；被终止或停止时计至最后一条记录。',
  },
  {
    en: 'Evictions are those that the plan expected: the journal does not count them. A dash means that nothing was told, not that there was nothing.',
    zh: '驱逐数为计划预计的数量，日志不统计实际数量。短横线表示没有相关记录，并不表示没有发生。',
  },
]

/** `-` for what nobody has told. */
export function orDash(ms: number | null): string {
  return ms === null ? '-' : durationText(ms)
}

/** `2 (1.5 GiB)`. */
export function movedText(moved: RunReportNode['parked']): string {
  if (moved === null) return '-'
  return moved.bytes === null ? String(moved.count) : `${moved.count} (${byteText(moved.bytes)})`
}
