import { join } from 'node:path'
import { readPlan } from '../inventory/plan-file.ts'
import type { CommandContext } from './context.ts'
import type { OutputStream } from './output-stream.ts'
import type { Process } from './run-command.ts'
import { runLine } from './run-line.ts'

/** Runs the command lines of a demo in its directory, and shows each before it runs. */
export interface DemoLines {
  /** Throws `DemoFailed` for an exit code that has no place in a demo. */
  run: (line: readonly string[]) => Promise<void>
  /** What a line prints, unseen. */
  ask: (line: readonly string[]) => Promise<string>
}

/** A line of the demo has failed in a way that is not part of it. */
export class DemoFailed extends Error {
  readonly code: number

  constructor(line: readonly string[], code: number) {
    super(`osferry ${line.join(' ')} failed`)
    this.code = code
  }
}

/** Findings, hosts that do not answer, a node that was given back. */
const expected = [0, 2, 3, 8]

export function demoLines(context: CommandContext, directory: string): DemoLines {
  const { stdout, say, signal, language } = context
  const host = processOf(context, directory)
  const words = (line: readonly string[]): string[] => [...line, '--yes', '--lang', language]
  return {
    async run(line) {
      signal.throwIfAborted()
      stdout.write(`\n$ osferry ${line.join(' ')}\n`)
      const code = await runLine(words(line), host)
      signal.throwIfAborted()
      if (code !== 0) stdout.write(`${say({ en: 'exit code', zh: '退出码' })} ${code}\n`)
      if (!expected.includes(code)) throw new DemoFailed(line, code)
    },
    async ask(line) {
      let said = ''
      const kept: OutputStream = {
        write: (text) => void (said += text),
        flush: () => Promise.resolve(),
        drained: () => Promise.resolve(),
        closed: false,
        failure: undefined,
      }
      const code = await runLine(words(line), { ...host, stdout: kept })
      signal.throwIfAborted()
      if (code !== 0) throw new DemoFailed(line, code)
      return said
    },
  }
}

/** The digest of the plan that the demo has made. */
export async function demoDigest(directory: string): Promise<string> {
  return (await readPlan(join(directory, 'plan.json'))).digest
}

/** This process without the user's own settings. */
function processOf(context: CommandContext, directory: string): Process {
  const { stdout, stderr, env, version, columns, redrawColumns } = context
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('OSFERRY_') && name !== 'SSH_AUTH_SOCK' && name !== 'KUBECONFIG',
  )
  return {
    stdout,
    stderr,
    facts: {
      stdinIsTty: false,
      stdoutIsTty: columns !== undefined,
      stderrIsTty: redrawColumns !== undefined,
      columns: columns ?? redrawColumns ?? 0,
      env,
    },
    env: { ...Object.fromEntries(kept), XDG_CONFIG_HOME: directory },
    cwd: directory,
    version,
  }
}
