import { randomBytes } from 'node:crypto'
import type { LocalImage } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { afterLine } from './after-line.ts'
import { readFailed } from './data-errors.ts'
import { imageExportScript } from './image-scripts.ts'
import { toolOf } from './image-tools.ts'
import { limitRate } from './rate-limit.ts'
import { imageGone } from './list-images.ts'
import { readPipeReport, someLines } from './pipe-report.ts'
import { treeLimits } from './tree-limits.ts'
import type { Compression } from './unpacker.ts'

/** What of an image is wanted, and how fast. */
export interface ExportRequest {
  image: LocalImage
  /** Those that the archive is to tell. */
  names: readonly string[]
  compression: Compression
  bytesPerSecond: number | undefined
}

/**
 * The packed archive of an image as its runtime writes it; there is no copy on the host. Ends only when every part of the
 * pipeline has ended well; otherwise throws DATA_READ_FAILED, or IMAGE_NOT_FOUND when somebody has removed the image.
 */
export async function* exportImage(
  host: Host,
  { image, names, compression, bytesPerSecond }: ExportRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const nonce = randomBytes(12).toString('hex')
  const { timeoutMs, idleTimeoutMs, maxBytes } = treeLimits
  const stream = await host.stream({
    argv: [
      'bash',
      '--norc',
      '-c',
      imageExportScript,
      'osferry',
      nonce,
      compression,
      ...exportArgv(image, names),
    ],
    become: true,
    timeoutMs,
    idleTimeoutMs,
    maxStdoutBytes: maxBytes,
    keptStderrBytes: 64 * 1024,
    signal,
  })
  const chunks = afterLine(stream.stdout, Buffer.from(`${nonce}\n`))
  yield* bytesPerSecond === undefined ? chunks : limitRate(chunks, { bytesPerSecond, signal })
  const { statuses, lines } = readPipeReport(await stream.done, nonce)
  const failed = ['export', 'pack'].find((part) => statuses.get(part) !== 0)
  if (failed === undefined) return
  const [name = image.digest] = names
  if (failed === 'export' && lines.some((line) => goneLine.test(line))) throw imageGone(host, name)
  const status = statuses.get(failed)
  const ended = status === undefined ? 'the script was cut off' : `${failed} ended with ${status}`
  throw readFailed(host.name, `image ${name}`, lines.length === 0 ? ended : `${ended}: ${someLines(lines)}`)
}

/** What containerd and docker say of an image that they do not have. */
const goneLine = /: not found\b|No such image|reference does not exist/

function exportArgv({ runtime, namespace }: LocalImage, names: readonly string[]): readonly string[] {
  const tool = toolOf(runtime, namespace)
  return runtime === 'docker' ? [...tool, 'save', ...names] : [...tool, 'images', 'export', '-', ...names]
}
