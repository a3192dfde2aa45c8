import { setTimeout as wait } from 'node:timers/promises'
import { journalOwner } from '../journal/read-journal.ts'
import type { JournalEvent } from '../model/journal-record.ts'
import { applyEvent, newRunState, type RunState } from '../model/run-state.ts'
import { visibleLine } from '../model/visible-text.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, type CommandExit } from './define-command.ts'
import { durationMs } from './duration.ts'
import { withRun } from './find-run.ts'
import { eventText, runStatusTexts } from './messages-runs.ts'
import { jsonText, tellExit } from './output.ts'
import { isGone, runAtWork, runStatus, type RunStatus } from './run-view.ts'
import { journalPath } from './state-paths.ts'
import { runArgument } from './run-answer.ts'

const pollMs = 300

/** `osferry runs watch RUN`: its events as they are written, by whatever process; ends with the run. */
export const runsWatch = defineCommand({
  path: 'runs watch',
  details: {
    en: 'Prints what has happened, then every event as it is written, and ends with the run. Exit code 0: it is done; 2: it ended otherwise; 3: --timeout was reached; 6: its process is no more, and the run can be resumed.',
    zh: '先输出已发生的事件，再逐条输出新事件，运行结束时退出。退出码 0：已完成；2：以其他方式结束；3：达到 --timeout；6：其进程已不存在，运行可以继续。',
  },
  arguments: [runArgument],
  flags: [
    {
      flags: '--timeout <duration>',
      text: { en: 'stop watching after this time: 30s, 20m, 2h', zh: '超过该时间后停止跟踪：30s、20m、2h' },
    },
  ],
  examples: ['osferry runs watch 7k4q9z', 'osferry runs watch 20261121-1549 -o ndjson --timeout 2h'],
  formats: ['table', 'ndjson'],
  async run(context, input) {
    const timeout = input.value('--timeout')
    const limitMs = timeout === undefined ? Number.POSITIVE_INFINITY : durationMs(timeout, '--timeout')
    const startedMs = context.clock.monotonicMs()
    const typed = input.arguments[0] ?? ''
    let state: RunState | undefined
    for (;;) {
      // Before the events: a process that ends after its last record has been gone when nothing more comes.
      const looked = await look(context, state?.run ?? typed, state)
      state = looked.state
      const exit = exitOf(context, state.run, looked)
      if (exit !== undefined) return ended(context, exit)
      if (context.stdout.closed) return ended(context, stillRunning(context, state.run))
      if (context.clock.monotonicMs() - startedMs >= limitMs)
        return ended(context, stillRunning(context, state.run))
      await wait(pollMs, undefined, { signal: context.signal })
    }
  },
})

interface Looked {
  state: RunState
  status: RunStatus
  /** Somebody has the journal, as far as can be told. */
  isOwned: boolean
}

/** Opened anew each time: a journal that was closed and opened again has another log beside it. */
function look(context: CommandContext, typed: string, known: RunState | undefined): Promise<Looked> {
  const owner = journalOwner(journalPath(context))
  return withRun(context, typed, async (reader, run) => {
    const state = known ?? newRunState(run.id)
    for (const event of reader.events(run.id, state.lastSeq)) {
      applyEvent(state, event)
      print(context, event)
      await context.stdout.drained()
    }
    const status = runStatus(state, owner, runAtWork(reader, reader.runs()))
    return { state, status, isOwned: owner !== undefined && !isGone(owner.state) }
  })
}

function print({ say, stdout, format }: CommandContext, event: JournalEvent): void {
  if (format === 'ndjson') return stdout.write(`${jsonText(event)}\n`)
  const { at, node, body } = event
  const line = `${at} ${node === null ? '' : `${node}: `}${say(eventText(body))}`
  stdout.write(`${visibleLine(line)}\n`)
}

/** Undefined while there is something to wait for. */
function exitOf(
  context: CommandContext,
  id: string,
  { status, isOwned }: Pick<Looked, 'status' | 'isOwned'>,
): CommandExit | undefined {
  const reason = `${id}: ${context.say(runStatusTexts[status])}`
  switch (status) {
    case 'running':
    case 'stopped':
    case 'elsewhere':
      return undefined
    case 'paused':
    case 'interrupted':
      if (isOwned && status === 'paused') return undefined
      return { code: 6, reason, next: [clusterCommand(context, `runs resume ${id}`)] }
    case 'done':
      return { code: 0, reason, next: [] }
    case 'failed':
    case 'aborted':
    case 'rolled-back':
      return { code: 2, reason, next: [clusterCommand(context, `runs show ${id}`)] }
    default:
      return status satisfies never
  }
}

function stillRunning(context: CommandContext, id: string): CommandExit {
  const reason = context.say({ en: `${id} has not ended`, zh: `${id} 尚未结束` })
  return { code: 3, reason, next: [clusterCommand(context, `runs watch ${id}`)] }
}

function ended(context: CommandContext, exit: CommandExit): CommandExit {
  tellExit(context, exit)
  return exit
}
