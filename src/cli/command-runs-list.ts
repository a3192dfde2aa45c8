import { journalOwner, openJournalReader } from '../journal/read-journal.ts'
import type { JournalRun } from '../model/journal-record.ts'
import { runState, type RunState } from '../model/run-state.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { runStatusTexts } from './messages-runs.ts'
import { printListIfAny, tellExit, type List } from './output.ts'
import { nextOfRun, runAtWork, runStatus, type RunStatus } from './run-view.ts'
import { journalPath } from './state-paths.ts'

interface Row {
  run: JournalRun
  state: RunState
  status: RunStatus
  nodes: { total: number; done: number; failed: number }
}

/** `osferry runs list`: every run of the project, the newest last. */
export const runsList = defineCommand({
  path: 'runs list',
  details: {
    en: 'Reads the journal of the project, also while a run writes it. "interrupted" is a run whose process is no more and that has not ended.',
    zh: '读取项目的运行日志，运行进行中也可使用。“已中断”表示运行尚未结束而其进程已不存在。',
  },
  examples: ['osferry runs list', 'osferry runs list -o json'],
  async run(context) {
    const rows = readRows(journalPath(context))
    const exit = exitOf(context, rows)
    await printListIfAny(context, listOf(context, rows, exit))
    tellExit(context, exit)
    return exit
  },
})

function readRows(path: string): Row[] {
  const reader = openJournalReader(path)
  if (reader === undefined) return []
  try {
    const owner = journalOwner(path)
    const runs = reader.runs()
    const atWork = runAtWork(reader, runs)
    return runs.map((run) => {
      const state = runState(run.id, reader.milestones(run.id))
      const statuses = [...state.nodes.values()].map(({ status }) => status)
      const nodes = {
        total: statuses.length,
        done: statuses.filter((status) => status === 'done').length,
        failed: statuses.filter((status) => status === 'failed' || status === 'returned').length,
      }
      return { run, state, status: runStatus(state, owner, atWork), nodes }
    })
  } finally {
    reader.close()
  }
}

function listOf({ say, format }: CommandContext, items: readonly Row[], exit: CommandExit): List<Row> {
  const planLength = format === 'wide' || format === 'csv' ? 64 : 12
  return {
    items,
    exit,
    name: ({ run }) => run.id,
    data: ({ run, status, nodes, state }) => ({ ...run, status, nodes, lastAt: state.lastAt }),
    columns: [
      { key: 'run', title: { en: 'RUN', zh: '运行' }, value: ({ run }) => run.id },
      {
        key: 'state',
        title: { en: 'STATE', zh: '状态' },
        value: ({ status }) => say(runStatusTexts[status]),
      },
      {
        key: 'nodes',
        title: { en: 'NODES', zh: '节点' },
        value: ({ nodes }) => nodesText(nodes, say),
      },
      { key: 'plan', title: { en: 'PLAN', zh: '计划' }, value: ({ run }) => run.plan.slice(0, planLength) },
      { key: 'actor', title: { en: 'BY', zh: '操作者' }, value: ({ run }) => run.actor },
      { key: 'since', title: { en: 'SINCE', zh: '开始' }, value: ({ run }) => inSeconds(run.startedAt) },
      {
        key: 'last',
        title: { en: 'LAST RECORD', zh: '最后记录' },
        value: ({ state }) => inSeconds(state.lastAt ?? '-'),
        wide: true,
      },
      { key: 'version', title: { en: 'OSFERRY', zh: '版本' }, value: ({ run }) => run.version, wide: true },
    ],
  }
}

function nodesText({ total, done, failed }: Row['nodes'], say: CommandContext['say']): string {
  const parts = say({ en: `${done} of ${total} done`, zh: `${total} 个中完成 ${done} 个` })
  return failed === 0 ? parts : `${parts}${say({ en: `, ${failed} failed`, zh: `，失败 ${failed} 个` })}`
}

function exitOf(context: CommandContext, rows: readonly Row[]): CommandExit {
  const { say } = context
  if (rows.length === 0)
    return { ...done, reason: say({ en: 'the journal has no runs yet', zh: '日志中还没有运行' }) }
  const last = rows.at(-1)
  const next = last === undefined ? [] : nextOfRun(last.status, last.run.id)
  return { ...done, next: next.map((command) => clusterCommand(context, command)) }
}

function inSeconds(at: string): string {
  return at.replace(/\.\d+Z$/, 'Z')
}
