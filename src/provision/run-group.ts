import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLastWords } from './last-words.ts'

/**
 * How a program ended. `cut` = it was ended by us, because its time was over or because nobody waits any more; `left` = it goes
 * on, and nobody will know how it ends.
 */
export interface GroupEnd {
  exitCode: number | null
  signal: string | null
  /** Why it could not be started: an errno. */
  notStarted: string | undefined
  cut: 'timeout' | 'aborted' | 'left' | undefined
  /** The last of what it wrote on stderr. */
  lastWords: string
}

export interface GroupOptions {
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  stdin: string
  timeoutMs: number
  /** From SIGTERM to SIGKILL. */
  graceMs: number
  signal: AbortSignal
  /** True for reasons of the signal for which the program goes on without us. Default: it is ended for all of them. */
  isLeft?: (reason: unknown) => boolean
  /** Called with its process id, which is that of its group and session, too; when it throws the program is ended. */
  onStarted?: (pid: number) => void
}

/**
 * Runs a program in a process group of its own, which is ended as a whole: SIGTERM, and SIGKILL for whoever is left. It is not
 * ended when osferry is: what it does goes on then, nothing of ours is in its way, and the next run finds it by its token.
 */
export async function runGroup(options: GroupOptions): Promise<GroupEnd> {
  const { argv, env, stdin, timeoutMs, graceMs, signal, isLeft = () => false, onStarted } = options
  signal.throwIfAborted()
  const [program = '', ...args] = argv
  const words = openLastWords()
  try {
    const child = spawn(program, args, {
      env,
      stdio: ['pipe', 'ignore', words.file ?? 'ignore'],
      detached: true,
    })
    const nobody = { exitCode: null, signal: null, lastWords: '' }
    const exited = new Promise<Pick<GroupEnd, 'exitCode' | 'signal'>>((resolve) =>
      child.once('exit', (exitCode, by) => resolve({ exitCode, signal: by })),
    )
    const failed = new Promise<string>((resolve) =>
      child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown')),
    )
    const { pid } = child
    if (pid === undefined) return { ...nobody, notStarted: await failed, cut: undefined }
    try {
      onStarted?.(pid)
    } catch (error) {
      end(pid, 'SIGKILL')
      throw error
    }
    // Who does not read it has ended, or does not want it.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(stdin)
    const settled = new AbortController()
    const timer = AbortSignal.timeout(timeoutMs)
    const hasLeft = Promise.withResolvers<'left'>()
    const cutOff = async (): Promise<void> => {
      await aborted(AbortSignal.any([timer, signal]), settled.signal)
      if (signal.aborted && isLeft(signal.reason)) return hasLeft.resolve('left')
      end(pid, 'SIGTERM')
      await sleep(graceMs, undefined, { signal: settled.signal })
      end(pid, 'SIGKILL')
    }
    const cutting = cutOff().catch(() => undefined)
    const how = await Promise.race([exited, hasLeft.promise])
    if (how === 'left') {
      child.unref()
      return { ...nobody, notStarted: undefined, cut: 'left' }
    }
    const cut = signal.aborted ? 'aborted' : timer.aborted ? 'timeout' : undefined
    settled.abort()
    await cutting
    // Its children may not have listened to SIGTERM.
    if (cut !== undefined) end(pid, 'SIGKILL')
    return { ...how, notStarted: undefined, cut, lastWords: words.read() }
  } finally {
    words.close()
  }
}

function end(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function aborted(signal: AbortSignal, until: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => resolve(), { once: true, signal: until })
  until.addEventListener('abort', () => reject(new Error('it has ended')), { once: true })
  await promise
}
