import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { sendText, type BootAnswer } from './boot-answer.ts'
import type { CheckedArtifact } from './boot-artifacts.ts'
import { wantedBytes, type WantedBytes } from './byte-range.ts'

/** Serves artifacts by name to GET and HEAD; bytes go through as fast as the client reads. */
export function artifactRoute(
  artifacts: readonly CheckedArtifact[],
): (request: IncomingMessage, response: ServerResponse, name: string) => Promise<BootAnswer> {
  const byName = new Map(artifacts.map((artifact) => [artifact.name, artifact]))
  return async (request, response, name) => {
    const artifact = byName.get(name)
    const told = (status: number, bytes: number): BootAnswer => ({
      route: 'artifacts',
      name: artifact?.name ?? null,
      status,
      bytes,
    })
    if (artifact === undefined)
      return told(404, sendText(response, { status: 404, text: 'no such artifact\n' }))
    if (!(await artifact.isAsChecked()))
      return told(
        503,
        sendText(response, { status: 503, text: 'the file was written to since it was checked\n' }),
      )
    const wanted = asked(request, artifact)
    const status = statuses[wanted.kind]
    response.writeHead(status, headersOf(artifact, wanted))
    if (request.method === 'HEAD' || bytesOf(artifact, wanted) === 0) {
      response.end()
      return told(status, 0)
    }
    return told(status, await sendBytes(response, artifact, wanted))
  }
}

/** Of a file, in memory for each download. */
const blockBytes = 128 * 1024

const statuses = { whole: 200, part: 206, none: 416 } as const

/** A range of a file that the client has another version of is no range: RFC 9110, section 13.1.5. HEAD has none: section 14.2. */
function asked({ method, headers }: IncomingMessage, artifact: CheckedArtifact): WantedBytes {
  const condition = headers['if-range']
  const isMeant = method === 'GET' && (condition === undefined || condition === tagOf(artifact))
  return wantedBytes(isMeant ? headers.range : undefined, artifact.size)
}

function headersOf(artifact: CheckedArtifact, wanted: WantedBytes): Record<string, string | number> {
  const { size } = artifact
  const ranges: Record<WantedBytes['kind'], string | undefined> = {
    whole: undefined,
    part: wanted.kind === 'part' ? `bytes ${wanted.first}-${wanted.last}/${size}` : undefined,
    none: `bytes */${size}`,
  }
  const range = ranges[wanted.kind]
  return {
    'content-type': 'application/octet-stream',
    'content-length': bytesOf(artifact, wanted),
    'accept-ranges': 'bytes',
    etag: tagOf(artifact),
    ...(range === undefined ? {} : { 'content-range': range }),
  }
}

function bytesOf({ size }: CheckedArtifact, wanted: WantedBytes): number {
  if (wanted.kind === 'none') return 0
  return wanted.kind === 'whole' ? size : wanted.last - wanted.first + 1
}

function tagOf({ sha256 }: CheckedArtifact): string {
  return `"${sha256}"`
}

/** Gives how many bytes were read for a client, which may have gone amid them. */
async function sendBytes(
  response: ServerResponse,
  { file, size }: CheckedArtifact,
  wanted: WantedBytes,
): Promise<number> {
  const first = wanted.kind === 'part' ? wanted.first : 0
  const end = wanted.kind === 'part' ? wanted.last + 1 : size
  let at = first
  // Not a stream of the file: that would close it, and others are being served from it.
  async function* blocks(): AsyncGenerator<Buffer> {
    while (at < end) {
      const length = Math.min(blockBytes, end - at)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
      if (bytesRead === 0) throw new Error(`the file ends at ${at} of ${end} bytes`)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
  try {
    await pipeline(blocks, response)
  } catch (error) {
    if (!isGone(error)) throw error
  }
  return at - first
}

/** The client has closed its connection, or was cut off. */
function isGone(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE'].includes(code)
}
