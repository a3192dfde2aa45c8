import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How one run of the CLI ended. */
export interface CliResult {
  code: number | null
  stdout: string
  stderr: string
}

export interface CliOptions {
  cwd?: string
  env?: Record<string, string>
  /** `ignore` = closed at once, `idle` = a pipe that stays open and silent. */
  stdin?: 'ignore' | 'idle'
  /** Entry point; the sources when left out. */
  bin?: string
  /** Options of node itself. */
  nodeOptions?: string[]
}

/** Compiled code is kept between runs, as it is for users. */
const cache = join(tmpdir(), `osferry-e2e-cache-${process.getuid?.() ?? 0}`)

export const sourceBin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url))

/** Runs the CLI in a process of its own, with a plain environment. */
export function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { cwd = process.cwd(), env = {}, stdin = 'ignore', bin = sourceBin, nodeOptions = [] } = options
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, bin, ...argv], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, XDG_CACHE_HOME: cache, LANG: 'C.UTF-8', ...env },
      stdio: [stdin === 'idle' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => {
      child.stdin?.destroy()
      resolve({ code, stdout, stderr })
    })
  })
}
