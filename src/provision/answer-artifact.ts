import type { IncomingMessage, ServerResponse } from 'node:http'
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
  // One block for the whole download: it is read again once the socket has taken it.
  const block = Buffer.allocUnsafe(Math.min(blockBytes, end - first))
  let at = first
  let isThere = true
  while (at < end && isThere) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, end - at), at)
    if (bytesRead === 0) throw new Error(`the file ends at ${at} of ${end} bytes`)
    at += bytesRead
    isThere = await isTaken(response, block.subarray(0, bytesRead))
  }
  if (isThere) response.end()
  else response.destroy()
  return at - first
}

/** Resolves when the bytes are the kernel's, and may be overwritten; false when the client has gone, or was cut off. */
async function isTaken(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  if (response.destroyed) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const onClose = (): void => resolve(false)
  response.once('close', onClose)
  response.write(bytes, (error) => resolve(error === null || error === undefined))
  try {
    return await promise
  } finally {
    response.off('close', onClose)
  }
}
