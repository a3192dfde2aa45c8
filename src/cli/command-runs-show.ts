import { journalOwner, type JournalReader } from '../journal/read-journal.ts'
import type { JournalRun } from '../model/journal-record.ts'
import { nodeNotes } from '../model/run-notes.ts'
import { runState } from '../model/run-state.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done, type CommandExit } from './define-command.ts'
import { withRun } from './find-run.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { printRun, type RunView } from './run-print.ts'
import { nextOfRun, runAtWork, runStatus } from './run-view.ts'
import { journalPath } from './state-paths.ts'
import { runArgument } from './run-answer.ts'

/** `osferry runs show RUN`: one run, with every node, the step it is in and what it waits for. */
export const runsShow = defineCommand({
  path: 'runs show',
  details: {
    en: 'Reads the journal of the project, also while a run writes it. The beginning of a run id is enough, or of its last six letters.',
    zh: '读取项目的运行日志，运行进行中也可使用。只需写出运行标识的开头，或其末尾六个字母的开头。',
  },
  arguments: [runArgument],
  examples: ['osferry runs show 20261121-1549', 'osferry runs show 7k4q9z -o json'],
  formats: documentFormats,
  async run(context, input) {
    const view = await withRun(context, input.arguments[0] ?? '', (reader, run) =>
      viewOf(context, reader, run),
    )
    const next = nextOfRun(view.status, view.run.id).map((command) => clusterCommand(context, command))
    const exit: CommandExit = { ...done, next }
    if (isForMachines(context)) await printDocument(context, documentOf(view, exit))
    else await printRun(context, view)
    tellExit(context, exit)
    return exit
  },
})

function viewOf(context: CommandContext, reader: JournalReader, run: JournalRun): RunView {
  const owner = journalOwner(journalPath(context))
  const state = runState(run.id, reader.events(run.id))
  const status = runStatus(state, owner, runAtWork(reader, reader.runs()))
  const takeovers = reader
    .takeovers(run.id)
    .filter(({ after }) => state.status !== 'ended' || after < state.lastSeq)
  const isHeld = ['running', 'stopped', 'elsewhere'].includes(status)
  return { run, state, status, takeovers, owner: isHeld ? owner?.owner : undefined }
}

function documentOf({ run, state, status, takeovers, owner }: RunView, exit: CommandExit): object {
  return {
    ...run,
    status,
    pausedBecause: state.pausedBecause,
    resumed: state.resumed,
    asked: state.asked.now,
    lastAt: state.lastAt,
    lastSeq: state.lastSeq,
    owner: owner ?? null,
    waves: state.waves,
    gates: [...state.gates.values()],
    nodes: [...state.nodes.values()].map((node) => ({ ...node, notes: nodeNotes(node, state.nodes) })),
    takeovers: takeovers.map(({ at, why, from, by }) => ({ at, why, from, by })),
    exit,
  }
}
