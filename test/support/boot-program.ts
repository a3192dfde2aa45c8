import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { bin } from './osferry.ts'

/** `osferry boot serve -o ndjson` of the built command line, in a process of its own. */
export interface BootProgram {
  child: ChildProcess
  urls: string[]
  certificateAuthority: string
  fingerprint: string
  /** Lines after the first one, so far. */
  lines: Record<string, unknown>[]
  /** stderr so far. */
  said: () => string
  /** Ctrl-C; gives its exit code. */
  end(): Promise<number | null>
}

/** Starts it on free ports of loopback: HTTPS, then HTTP. Rejects with what it has said when it ends before they are open. */
export async function startBootProgram(args: readonly string[], cwd: string): Promise<BootProgram> {
  const ports = ['--https', '127.0.0.1:0', '--http', '127.0.0.1:0']
  const child = spawn(process.execPath, [bin, 'boot', 'serve', '-o', 'ndjson', ...ports, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const closed = once(child, 'close') as Promise<[number | null]>
  const lines: Record<string, unknown>[] = []
  const head = await new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const document = JSON.parse(line) as Record<string, unknown>
      if (document['event'] === 'listening') resolve(document)
      else lines.push(document)
    })
    void closed.then(([code]) => reject(new Error(`it ended with ${code}: ${said}`)))
  })
  return {
    child,
    ...(head as { urls: string[]; certificateAuthority: string; fingerprint: string }),
    lines,
    said: () => said,
    async end() {
      child.kill('SIGINT')
      return (await closed)[0]
    },
  }
}
