import type { Environment } from './lang.ts'
import type { OutputStream } from './output-stream.ts'

/**
 * The stderr of a job of GitHub Actions, which takes lines for commands: what others have named (nodes, programs, answers of
 * servers) can be none, and ours go by `command`. Elsewhere the stream as it is.
 */
export function workflowLog(stream: OutputStream, env: Environment): OutputStream {
  if (env['GITHUB_ACTIONS'] !== 'true') return stream
  return {
    write: (text) => stream.write(withoutCommands(text)),
    command: (line) => stream.write(`${line}\n`),
    flush: () => stream.flush(),
    drained: () => stream.drained(),
    get closed(): boolean {
      return stream.closed
    },
    get failure(): Error | undefined {
      return stream.failure
    },
  }
}

/**
 * Text in which the runner finds no command: `::name::` begins a line, `##[name]` stands anywhere. Source:
 * ActionCommand.TryParseV2 and TryParse in actions/runner.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '# #[').replace(/^([^\S\n]*):(?=:)/gm, '$1: ')
}

/** The line that begins a part of the log that can be folded. Source: workflow commands, escaping of data. */
export function beginFold(title: string): string {
  return `::group::${title.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`
}

export const endFold = '::endgroup::'
