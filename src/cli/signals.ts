/** Ctrl-C and its like: the first one asks to stop, the second ends the process at once. */
export interface SignalListener {
  signal: AbortSignal
  stop(): void
}

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const

/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal. */
export function listenForSignals(): SignalListener {
  const controller = new AbortController()
  const names = Object.keys(codes) as (keyof typeof codes)[]
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(codes[name as keyof typeof codes])
    controller.abort(new DOMException(name, 'AbortError'))
  }
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
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
