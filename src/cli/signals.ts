/** Ctrl-C and its like: the first one asks to stop, the second ends the process as soon as nothing is left behind. */
export interface SignalListener {
  signal: AbortSignal
  /**
   * Aborted by the second signal. Whoever asks for it has something to put away (connections, temporary files), so the
   * process then ends by itself, after two seconds at the latest; without anybody it ends at once.
   */
  forced(end?: ForcedEnd): AbortSignal
  stop(): void
}

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const
const tidyMs = 2000

/** How a process ends that was told to twice and does not in time, or is told a third time. */
export interface ForcedEnd {
  /** Instead of the one of the signal. */
  code: number
  /** How long it may put things away. */
  tidyMs: number
}

/** Turns SIGINT, SIGTERM and SIGHUP into AbortSignals. */
export function listenForSignals(): SignalListener {
  const first = new AbortController()
  const second = new AbortController()
  let isHeeded = false
  let end: ForcedEnd | undefined
  const names = Object.keys(codes) as (keyof typeof codes)[]
  const onSignal = (name: NodeJS.Signals): void => {
    const code = end?.code ?? codes[name as keyof typeof codes]
    const reason = new DOMException(name, 'AbortError')
    if (!first.signal.aborted) return first.abort(reason)
    if (!isHeeded || second.signal.aborted) process.exit(code)
    setTimeout(() => process.exit(code), end?.tidyMs ?? tidyMs)
    second.abort(reason)
  }
  for (const name of names) process.on(name, onSignal)
  return {
    signal: first.signal,
    forced(asked): AbortSignal {
      isHeeded = true
      end ??= asked
      return second.signal
    },
    stop(): void {
      for (const name of names) process.off(name, onSignal)
    },
  }
}

/** The exit code of a command that was interrupted before it changed anything. */
export function interruptedCode(signal: AbortSignal): number {
  const name = signal.reason instanceof DOMException ? signal.reason.message : ''
  return Object.hasOwn(codes, name) ? codes[name as keyof typeof codes] : 130
}
