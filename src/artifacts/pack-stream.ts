import { randomBytes } from 'node:crypto'
import type { Host } from '../model/ports.ts'
import { afterLine } from './after-line.ts'
import { dataChanged, readFailed } from './data-errors.ts'
import { packedAttributes, packOptions, packScript } from './host-scripts.ts'
import type { HostLook } from './look-at-host.ts'
import { readPipeReport, someLines, type PipeReport } from './pipe-report.ts'
import type { Compression } from './unpacker.ts'

/** What is to be packed, and what may go wrong with it. */
export interface PackRequest {
  path: string
  compression: Compression
  keeps: HostLook['keeps']
  /** Files may change while they are read. */
  allowChanged: boolean
  timeoutMs: number
  idleTimeoutMs: number
  maxStoredBytes: number
}

/** What the packing has told at its end. */
export interface PackReport {
  /** Lines of tar about files that changed. */
  changed: readonly string[]
  /** Lines of tar about sockets, which no archive can hold. */
  sockets: readonly string[]
}

/**
 * The packed archive of a tree on a host, as it comes; nothing is written there. Ends only when every part of the pipeline has
 * ended well; otherwise throws DATA_READ_FAILED or DATA_CHANGED, so that a part is never taken for the whole.
 */
export async function* packTree(
  host: Host,
  request: PackRequest,
  { signal, onReport }: { signal: AbortSignal; onReport: (report: PackReport) => void },
): AsyncGenerator<Uint8Array, void, undefined> {
  const nonce = randomBytes(12).toString('hex')
  const { path, compression } = request
  const options = [...packOptions, ...packedAttributes(request.keeps)]
  const stream = await host.stream({
    argv: ['bash', '--norc', '-c', packScript, 'osferry', nonce, path, compression, ...options],
    become: true,
    timeoutMs: request.timeoutMs,
    idleTimeoutMs: request.idleTimeoutMs,
    maxStdoutBytes: request.maxStoredBytes,
    keptStderrBytes: 1024 * 1024,
    signal,
  })
  yield* afterLine(stream.stdout, Buffer.from(`${nonce}\n`))
  const report = readPipeReport(await stream.done, nonce)
  onReport(judge(host.name, request, report))
}

/** tar warns of attributes that it cannot read and ends with 0: so every line has to be one that is known. */
function judge(host: string, request: PackRequest, { statuses, lines, isWhole }: PipeReport): PackReport {
  const { path } = request
  const tar = statuses.get('tar')
  const pack = statuses.get('pack')
  const changed = lines.filter((line) => changedLine.test(line))
  const sockets = lines.filter((line) => socketLine.test(line))
  const isKnown = (line: string): boolean => knownLines.some((known) => known.test(line))
  const unknown = lines.filter((line) => !isKnown(line))
  const why = unknown.length > 0 ? `: ${someLines(unknown)}` : ''
  if (tar === undefined || pack === undefined) throw readFailed(host, path, `the script was cut off${why}`)
  if (pack !== 0) throw readFailed(host, path, `${request.compression} ended with ${pack}${why}`)
  if (tar > 1 || unknown.length > 0) throw readFailed(host, path, `tar ended with ${tar}${why}`)
  if (!isWhole) throw readFailed(host, path, 'tar said more than can be read')
  if (tar === 1 && !request.allowChanged) throw dataChanged(host, path, someLines(changed))
  return { changed, sockets }
}

const changedLine =
  /^tar: .*: (file changed as we read it|File removed before we read it|File shrank by \d+ bytes?; padding with zeros)$/
const socketLine = /^tar: .*: socket ignored$/
/** What tar says last when it has ended with 1 or 2. */
const summaryLine =
  /^tar: (Exiting with failure status due to previous errors|Error is not recoverable: exiting now)$/
const knownLines = [changedLine, socketLine, summaryLine]
