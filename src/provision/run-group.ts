import { setTimeout as sleep } from 'node:timers/promises'

/** How a program ended. `cut` = it was ended by us, because its time was over or because nobody waits any more. */
export interface GroupEnd {
  exitCode: number | null
  signal: string | null
  /** Why it could not be started: an errno. */
  notStarted: string | undefined
  cut: 'timeout' | 'aborted' | undefined
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
}

/** Of stderr, in bytes; what came before is forgotten. */
const keptBytes = 8192
/** A child that it has left running may hold its pipes. */
const drainMs = 500

/**
 * Runs a program in a process group of its own, which is ended as a whole: SIGTERM, and SIGKILL for whoever is left. It is not
 * ended when osferry is: what it does goes on then, and the next run finds it by its token.
 */
export async function runGroup(options: GroupOptions): Promise<GroupEnd> {
  const { argv, env, stdin, timeoutMs, graceMs, signal } = options
  signal.throwIfAborted()
  const { execa } = await import('execa')
  const [program = '', ...args] = argv
  const child = execa(program, args, {
    env,
    extendEnv: false,
    input: stdin,
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  })
  let kept = Buffer.alloc(0)
  let isCut = false
  child.stderr.on('data', (chunk: Buffer) => {
    isCut ||= kept.length + chunk.length > keptBytes
    kept = Buffer.concat([kept, chunk]).subarray(-keptBytes)
  })
  const drained = new Promise<void>((resolve) => child.stderr.once('close', resolve))
  const exited = new Promise<Pick<GroupEnd, 'exitCode' | 'signal'>>((resolve) =>
    child.nodeChildProcess.once('exit', (exitCode, by) => resolve({ exitCode, signal: by })),
  )
  const { pid } = child.nodeChildProcess
  if (pid === undefined) {
    const { code } = await child
    return { exitCode: null, signal: null, notStarted: code ?? 'unknown', cut: undefined, lastWords: '' }
  }
  const settled = new AbortController()
  const timer = AbortSignal.timeout(timeoutMs)
  const cutOff = async (): Promise<void> => {
    await aborted(AbortSignal.any([timer, signal]), settled.signal)
    end(pid, 'SIGTERM')
    await sleep(graceMs, undefined, { signal: settled.signal })
    end(pid, 'SIGKILL')
  }
  const cutting = cutOff().catch(() => undefined)
  const how = await exited
  const cut = signal.aborted ? 'aborted' : timer.aborted ? 'timeout' : undefined
  settled.abort()
  await cutting
  // Its children may not have listened to SIGTERM.
  if (cut !== undefined) end(pid, 'SIGKILL')
  await Promise.race([drained, sleep(drainMs)])
  child.stderr.destroy()
  return { ...how, notStarted: undefined, cut, lastWords: wholeLines(kept.toString('utf8'), isCut) }
}

/** Half a line may begin in the middle of a secret, which nobody would know it by. */
function wholeLines(text: string, isCut: boolean): string {
  if (!isCut) return text
  const end = text.indexOf('\n')
  return end === -1 ? '' : text.slice(end + 1)
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
