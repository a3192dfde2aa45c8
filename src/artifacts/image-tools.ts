import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import { ImageRuntime } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import { imageLookScript, imageQuietScript, imageToolScript } from './image-scripts.ts'
import { compressions } from './look-at-host.ts'
import type { Compression } from './unpacker.ts'

/** Which runtimes run on a host, and with what their images can be moved. */
export interface ImageTools {
  runtimes: ReadonlySet<ImageRuntime>
  programs: ReadonlySet<string>
  compressions: ReadonlySet<Compression>
}

/** How a program on the host has ended. */
export interface ToolAnswer {
  exitCode: number | null
  stdout: string
  /** Its last words, on one line. */
  said: string
}

export interface ToolOptions {
  signal: AbortSignal
  /** Default one minute. */
  timeoutMs?: number
  /** Leave out what it prints. */
  isQuiet?: boolean
}

const Answer = z.object({ end: z.literal('yes') })
const maxAnswerBytes = 32 * 1024 * 1024

/** Looks for runtimes and tools. Throws HOST_ANSWER_INVALID and what `run` throws. */
export async function lookForImageTools(host: Host, signal: AbortSignal): Promise<ImageTools> {
  const nonce = randomBytes(12).toString('hex')
  const { stdout, stderr } = await host.run({
    argv: ['bash', '--norc', '-c', imageLookScript, 'osferry', nonce],
    become: true,
    timeoutMs: 60_000,
    maxOutputBytes: 64 * 1024,
    signal,
  })
  const pairs = Buffer.from(stdout)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = new RegExp(`^${nonce} ([a-z]+)=(.*)$`).exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    })
  if (!Answer.safeParse(Object.fromEntries(pairs)).success)
    throw answerInvalid(host, 'its container runtimes could not be looked for', lastWords(stderr))
  const valuesOf = (name: string): string[] => pairs.flatMap(([key, value]) => (key === name ? [value] : []))
  const programs = new Set(valuesOf('has'))
  return {
    runtimes: new Set(valuesOf('socket').map((name) => ImageRuntime.parse(name))),
    programs,
    compressions: new Set(compressions.filter((name) => name === 'none' || programs.has(name))),
  }
}

/** Runs a tool of a runtime; how it has ended is for the caller to judge. Throws HOST_* errors. */
export async function runImageTool(
  host: Host,
  argv: readonly string[],
  { signal, timeoutMs = 60_000, isQuiet = false }: ToolOptions,
): Promise<ToolAnswer> {
  const nonce = randomBytes(12).toString('hex')
  const script = isQuiet ? imageQuietScript : imageToolScript
  const { stdout, stderr, exitCode, cut } = await host.run({
    argv: ['bash', '--norc', '-c', script, 'osferry', nonce, ...argv],
    become: true,
    timeoutMs,
    maxOutputBytes: maxAnswerBytes,
    signal,
  })
  const what = argv.slice(0, 6).join(' ')
  if (cut === 'timeout')
    throw new MigrationError('HOST_TIMEOUT', `${host.name}: ${shown(what)} did not end in ${timeoutMs} ms`, {
      hint: 'look at the runtime on the host: does it answer at all?',
      details: { host: host.name },
    })
  if (cut !== null) throw answerInvalid(host, `${shown(what)} says too much`, '')
  const text = Buffer.from(stdout).toString('utf8')
  // What stands before was said by the login.
  const at = text.indexOf(`${nonce}\n`)
  if (at < 0) throw answerInvalid(host, `${shown(what)} was not started`, lastWords(stderr))
  return { exitCode, stdout: text.slice(at + nonce.length + 1), said: lastWords(stderr) }
}

/** The same for a tool that must end well. Throws HOST_ANSWER_INVALID when it does not. */
export async function askImageTool(
  host: Host,
  argv: readonly string[],
  options: ToolOptions,
): Promise<string> {
  const { exitCode, stdout, said } = await runImageTool(host, argv, options)
  if (exitCode === 0) return stdout
  const what = `${shown(argv.slice(0, 6).join(' '))} ended with ${exitCode ?? 'a signal'}`
  throw answerInvalid(host, what, said)
}

/** Throws TOOL_MISSING. */
export function requireProgram(host: Host, tools: ImageTools, program: string): void {
  if (tools.programs.has(program)) return
  throw new MigrationError('TOOL_MISSING', `${host.name}: there is no ${program}`, {
    hint: `install ${program} on the host: its images are moved with it`,
    details: { host: host.name },
  })
}

/** HOST_ANSWER_INVALID: nobody can tell what the runtime has. */
export function answerInvalid(host: Host, what: string, said: string): MigrationError {
  return new MigrationError('HOST_ANSWER_INVALID', `${host.name}: ${what}${said === '' ? '' : `: ${said}`}`, {
    hint: 'look at the container runtime on the host, then run it again',
    details: { host: host.name },
  })
}

/** The end of what a program said, safe to print. */
function lastWords(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('utf8').trim().split('\n').slice(-3)
  return shorten(visibleLine(lines.join('; ')), 500)
}

function shown(text: string): string {
  return shorten(visibleLine(text), 200)
}

/** How the tool of a runtime is called. */
export function toolOf(runtime: ImageRuntime, namespace: string): readonly string[] {
  if (runtime === 'docker') return ['docker', '-H', 'unix:///run/docker.sock']
  return ['ctr', '-a', containerdSockets[runtime], ...(namespace === '' ? [] : ['-n', namespace])]
}

/** Where the daemons listen. */
export const containerdSockets = {
  containerd: '/run/containerd/containerd.sock',
  k3s: '/run/k3s/containerd/containerd.sock',
} as const satisfies Partial<Record<ImageRuntime, string>>
