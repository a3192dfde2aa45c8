import { randomBytes } from 'node:crypto'
import type { Host } from '../model/ports.ts'
import { writeFailed } from './data-errors.ts'
import { forgetScript, unpackedAttributes, unpackOptions, unpackScript } from './host-scripts.ts'
import { markerOf, type HostLook } from './look-at-host.ts'
import { readPipeReport, someLines, type PipeReport } from './pipe-report.ts'
import type { TreeLimits } from './tree-limits.ts'
import type { Compression } from './unpacker.ts'

/** What is to be unpacked where. */
export interface UnpackRequest {
  id: string
  target: string
  compression: Compression
  keeps: HostLook['keeps']
  limits: Pick<TreeLimits, 'timeoutMs' | 'idleTimeoutMs'>
}

/**
 * Unpacks an archive on a host as it comes, and waits until it is on its disk. The host remembers that this directory holds an
 * unfinished restore until `forgetBegun`. Throws DATA_WRITE_FAILED, what the chunks throw, and what the connection throws.
 */
export async function unpackTree(
  host: Host,
  request: UnpackRequest,
  { chunks, signal }: { chunks: AsyncIterable<Uint8Array>; signal: AbortSignal },
): Promise<void> {
  const nonce = randomBytes(12).toString('hex')
  const { id, target, compression, limits } = request
  const options = [...unpackOptions, ...unpackedAttributes(request.keeps)]
  const words = [nonce, target, markerOf(target), id, compression, ...options]
  const stream = await host.stream({
    argv: ['bash', '--norc', '-c', unpackScript, 'osferry', ...words],
    become: true,
    stdin: chunks,
    timeoutMs: limits.timeoutMs,
    idleTimeoutMs: limits.idleTimeoutMs,
    maxStdoutBytes: 64 * 1024,
    keptStderrBytes: 64 * 1024,
    signal,
  })
  for await (const _ of stream.stdout) {
    // Nothing is said there, but the program ends only when somebody reads.
  }
  judge(host.name, target, readPipeReport(await stream.done, nonce))
}

/** Only exit statuses count here: tar may warn of a clock that is behind, and what it did is read back anyway. */
function judge(host: string, target: string, { statuses, lines }: PipeReport): void {
  const failed = ['prepare', 'unpack', 'tar', 'sync'].find((part) => statuses.get(part) !== 0)
  // When tar ends early, what feeds it ends by SIGPIPE: tar's own words tell why.
  const part = failed === 'unpack' && (statuses.get('tar') ?? 0) !== 0 ? 'tar' : failed
  if (part === undefined) return
  const status = statuses.get(part)
  const ended = status === undefined ? 'the script was cut off' : `${part} ended with ${status}`
  throw writeFailed(host, target, lines.length === 0 ? ended : `${ended}: ${someLines(lines)}`)
}

/** Tells the host that the restore has finished. */
export async function forgetBegun(host: Host, target: string, signal: AbortSignal): Promise<void> {
  const nonce = randomBytes(12).toString('hex')
  const { stdout, exitCode } = await host.run({
    argv: ['bash', '--norc', '-c', forgetScript, 'osferry', nonce, markerOf(target)],
    become: true,
    timeoutMs: 60_000,
    maxOutputBytes: 64 * 1024,
    signal,
  })
  if (exitCode === 0 && Buffer.from(stdout).includes(`${nonce} done=yes`)) return
  throw writeFailed(host.name, markerOf(target), 'the mark of the restore could not be removed')
}
