import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import xterm from '@xterm/headless'

interface TerminalSize {
  columns: number
  rows: number
}

export interface PseudoTerminalOptions extends Partial<TerminalSize> {
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** A program in a real pseudo-terminal (script(1)), its screen read through a terminal emulator. */
export interface PseudoTerminal {
  /** Sends keys as they are typed; `\r` is Enter, `\u001b[B` arrow down, `\u0003` Ctrl-C. */
  type(keys: string): void
  /** The screen as lines without trailing spaces; empty lines at the end are left out. */
  screen(): string[]
  /** Waits until the screen shows the text, and returns it; fails with the screen after a minute. */
  shows(text: string | RegExp): Promise<string[]>
  /** Everything written so far, with its control codes. */
  raw(): string
  /** Exit status of the program. */
  exited: Promise<number>
  kill(): void
}

/** Starts argv in a pseudo-terminal of its own. CI is unset: the program shall believe in a person. */
export function openTerminal(argv: readonly string[], options: PseudoTerminalOptions = {}): PseudoTerminal {
  const { columns = 80, rows = 24, cwd, env } = options
  const command = `stty cols ${columns} rows ${rows}; exec ${argv.map(quote).join(' ')}`
  const { CI: _ci, NO_COLOR: _colour, ...inherited } = process.env
  const child = spawn('script', ['-q', '-e', '-f', '-c', command, '/dev/null'], {
    cwd,
    env: { ...inherited, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
  let raw = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    raw += text
    emulator.write(text)
  })
  const exited = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  const screen = (): string[] => readScreen(emulator)
  return {
    screen,
    exited,
    raw: () => raw,
    type: (keys) => void child.stdin.write(keys),
    kill: () => void child.kill('SIGKILL'),
    async shows(text) {
      const isThere = (): boolean => {
        const all = screen().join('\n')
        return typeof text === 'string' ? all.includes(text) : text.test(all)
      }
      for (let waited = 0; waited < 60_000; waited += 25) {
        if (isThere()) {
          await sleep(60)
          if (isThere()) return screen()
        }
        await sleep(25)
      }
      throw new Error(`the screen never showed ${String(text)}:\n${screen().join('\n')}`)
    },
  }
}

function readScreen(emulator: InstanceType<typeof xterm.Terminal>): string[] {
  const buffer = emulator.buffer.active
  const lines = Array.from({ length: emulator.rows }, (_, row) =>
    (buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '').trimEnd(),
  )
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
