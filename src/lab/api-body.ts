import type { IncomingMessage } from 'node:http'

/** What a real API server takes at most. */
const mostBytes = 3 * 2 ** 20

export type BodyRead = { body: unknown } | { problem: { status: number; message: string } }

/** Reads the JSON of a request; none is undefined. */
export async function readBody(request: IncomingMessage): Promise<BodyRead> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // The rest is read and dropped: a sender that is cut off would not see the answer.
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  if (bytes > mostBytes)
    return { problem: { status: 413, message: `the request is too large: at most ${mostBytes} bytes` } }
  if (bytes === 0) return { body: undefined }
  try {
    return { body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }
  } catch (error) {
    const message = `the body is no JSON: ${error instanceof Error ? error.message : String(error)}`
    return { problem: { status: 400, message } }
  }
}
