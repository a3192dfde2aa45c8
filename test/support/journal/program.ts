import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program of this folder in a process of its own, and the lines that it has written. */
export interface Program {
  child: ChildProcess
  lines: readonly string[]
  /** Resolves when it has written a line that fits; rejects when it ends before. */
  said(fits: (line: string, lines: readonly string[]) => boolean): Promise<string>
  kill(signal?: NodeJS.Signals): Promise<void>
  ended: Promise<unknown>
}

/** Starts a program of test/support/journal, below `wrapper` (`unshare ...`) when given. */
export function startProgram(
  name: string,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Program {
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const [command = '', ...rest] = [...wrapper, process.execPath, path, ...args]
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => undefined)
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const ended = once(child, 'close')
  let isOver = false
  let partial = ''
  child.once('close', () => {
    isOver = true
    for (const look of waiting) look()
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (partial + text).split('\n')
    partial = parts.pop() ?? ''
    lines.push(...parts)
    for (const look of waiting) look()
  })
  return {
    child,
    lines,
    ended,
    said: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => fits(line, lines))
          if (found === undefined && !isOver) return
          waiting.delete(look)
          if (found === undefined) reject(new Error(`${name} ended: ${lines.join(' ')}`))
          else resolve(found)
        }
        waiting.add(look)
        look()
      }),
    async kill(signal = 'SIGKILL'): Promise<void> {
      child.kill(signal)
      await ended
    },
  }
}
