import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { bin } from './osferry.ts'

/** `osferry lab` of the built command line, in a process of its own. */
export interface LabProgram {
  child: ChildProcess
  /** What it has said so far. */
  said: () => string
  /** Until it says how to go on; rejects with what it has said when it ends before. */
  ready: Promise<void>
}

export function startLabProgram(args: readonly string[], cwd: string): LabProgram {
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8' }
  const child = spawn(process.execPath, [bin, 'lab', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text
      if (said.includes('Ctrl-C')) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('close', () => reject(new Error(`the lab has ended: ${said}`)))
  })
  return { child, said: () => said, ready }
}

/** Ctrl-C; gives its exit code. */
export async function endLabProgram({ child }: LabProgram): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const closed = once(child, 'close')
  child.kill('SIGINT')
  const [code] = (await closed) as [number | null]
  return code
}
