import { defineCommand, done } from './define-command.ts'
import { withRun } from './find-run.ts'
import { jsonText } from './output.ts'
import { runArgument } from './run-answer.ts'

/** `osferry runs export RUN`: its events as they are in the journal, one a line. */
export const runsExport = defineCommand({
  path: 'runs export',
  details: {
    en: 'Prints NDJSON: each line is an event with its number, time, node, hash and the hash of the one before it. Of a run that is still written, what is there now.',
    zh: '输出 NDJSON：每行一个事件，含序号、时间、节点、散列值及前一条的散列值。对仍在进行的运行，输出当前已有的内容。',
  },
  arguments: [runArgument],
  examples: ['osferry runs export 20261121-1549 > run.ndjson'],
  formats: ['table', 'ndjson'],
  run: (context, input) =>
    withRun(context, input.arguments[0] ?? '', async (reader, run) => {
      const { stdout, signal } = context
      for (const event of reader.events(run.id)) {
        signal.throwIfAborted()
        stdout.write(`${jsonText(event)}\n`)
        await stdout.drained()
        if (stdout.closed) break
      }
      return done
    }),
})
