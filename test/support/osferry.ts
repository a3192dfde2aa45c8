import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built command line. */
export const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url))

export interface OsferryRun {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** The words that start `plan.json` of a project; `approve` = its digest, or the first twelve digits. */
export function applyWords(playbook: string, approve: string, ...more: readonly string[]): string[] {
  return ['apply', 'plan.json', '--playbook', playbook, '--approve', approve, ...more]
}

export interface OsferryOptions {
  cwd: string
  env?: Readonly<Record<string, string>>
  /** Words in front of its own, which start it elsewhere. */
  wrapper?: readonly string[]
  /** Called with the process as soon as it runs, to signal it. */
  started?: (child: ChildProcess) => void
}

/** Runs the built CLI as its user would, in a directory of its own and without a terminal. */
export function osferry(args: readonly string[], options: OsferryOptions): Promise<OsferryRun> {
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', ...options.env }
  delete (env as Record<string, unknown>)['FORCE_COLOR']
  return new Promise((resolve, reject) => {
    const [command = '', ...words] = [...(options.wrapper ?? []), process.execPath, bin, ...args]
    const child = spawn(command, words, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.once('error', reject)
    child.once('close', (exitCode) =>
      resolve({ exitCode, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
    options.started?.(child)
  })
}
