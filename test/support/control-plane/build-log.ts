import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Runs the commands of a build into one log file; on the terminal there is a line a minute. */
export interface BuildLog {
  run(command: string, args: readonly string[], options?: RunOptions): Promise<void>
}

interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
}

const tailLines = 25

/** @param title what is being made, for the progress lines */
export function openBuildLog(file: string, title: string): BuildLog {
  const startedAt = performance.now()
  closeSync(openSync(file, 'w'))
  return {
    run: async (command, args, options = {}) => {
      const progress = setInterval(() => {
        const minutes = Math.round((performance.now() - startedAt) / 60_000)
        console.log(`${title}: ${minutes} min, ${path.basename(command)} is running`)
      }, 60_000)
      try {
        await runInto(file, [command, ...args], options)
      } catch (error) {
        const tail = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
        throw new Error(`${title} failed; the end of ${file}:\n${tail}`, { cause: error })
      } finally {
        clearInterval(progress)
      }
    },
  }
}

/** util-linux's setpriv ends the command when this process dies, however it dies. */
async function runInto(file: string, argv: readonly string[], options: RunOptions): Promise<void> {
  const { cwd, env = process.env, timeoutMs = 3_600_000 } = options
  const log = openSync(file, 'a')
  try {
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...argv], {
      stdio: ['ignore', log, log],
      cwd,
      env,
      timeout: timeoutMs,
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${argv[0]} ended with ${signal ?? `exit ${code}`}`))
    })
    await promise
  } finally {
    closeSync(log)
  }
}
