import { MigrationError } from '../model/errors.ts'
import type { Log } from '../model/ports.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { Verbosity } from './context.ts'
import type { OutputStream } from './output-stream.ts'

export interface LogOptions {
  verbosity: Verbosity
  logFile: string | undefined
  stderr: OutputStream
}

/** The log port. pino is loaded only for -v and --log-file; else warnings are plain lines on stderr. */
export async function createLog(options: LogOptions): Promise<Log> {
  const loud = options.verbosity === 'verbose' || options.verbosity === 'debug'
  if (!loud && options.logFile === undefined) return plainLog(options)
  const { pino } = await import('pino')
  const level = options.verbosity === 'debug' ? 'debug' : 'info'
  const streams = []
  if (loud)
    streams.push({ level, stream: { write: (line: string): void => options.stderr.write(line) } } as const)
  if (options.logFile !== undefined) {
    const dest = options.logFile
    const file = openLogFile(dest, () =>
      pino.destination({ dest, sync: true, append: true, mkdir: true, mode: 0o600 }),
    )
    streams.push({ level: 'debug', stream: file } as const)
  }
  const logger = pino(
    { level: 'debug', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream(streams),
  )
  const plain = loud ? undefined : plainLog(options)
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn(message, fields = {}): void {
      logger.warn(fields, message)
      plain?.warn(message, fields)
    },
  }
}

function openLogFile<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new MigrationError('OUTPUT_FAILED', `the log file ${path} could not be opened: ${reason}`, {
      hint: 'Give --log-file a path in a directory that you may write to.',
      details: { path },
      cause: error,
    })
  }
}

function plainLog(options: LogOptions): Log {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn(message, fields = {}): void {
      if (options.verbosity === 'quiet') return
      const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${visibleLine(wordOf(value))}`)
      options.stderr.write(`warning: ${visibleLine(message)}${rest.join('')}\n`)
    },
  }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}
