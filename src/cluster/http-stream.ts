import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { MigrationError } from '../model/errors.ts'
import { failureOf, type HttpRequest } from './http.ts'

/** An answer whose body goes on coming. */
export interface HttpStream {
  status: number
  headers: http.IncomingHttpHeaders
  /**
   * The body as it comes, once; it ends when the server ends it, and throws CLUSTER_UNREACHABLE when the connection breaks
   * and CLUSTER_TIMEOUT when no byte comes for `idleMs`. The time that the reader takes does not count.
   */
  chunks(idleMs: number): AsyncIterable<Buffer>
  /** The whole body of an answer that does not go on, at most 64 KiB of it. */
  text(): Promise<string>
  /** Ends the connection. */
  close(): void
}

const maxTextBytes = 64 << 10
const keepAliveMs = 30_000

/** Sends a request and resolves with the head of the answer. Throws CLUSTER_* as `exchange` does. */
export function openStream(request: HttpRequest): Promise<HttpStream> {
  const { url, method, headers, body, agent, timeoutMs, signal } = request
  const send = url.protocol === 'https:' ? https.request : http.request
  return new Promise((resolve, reject) => {
    let timedOut = false
    const outgoing = send(url, { method, headers: { ...headers }, agent, signal }, (answer) => {
      clearTimeout(limit)
      resolve(streamOf(answer, request))
    })
    const limit = setTimeout(() => {
      timedOut = true
      outgoing.destroy()
    }, timeoutMs)
    // The kernel notices a peer that has vanished long before the idle limit does.
    outgoing.setSocketKeepAlive(true, keepAliveMs)
    outgoing.on('error', (error) => {
      clearTimeout(limit)
      reject(failureOf(error, request, timedOut))
    })
    outgoing.end(body)
  })
}

function streamOf(answer: IncomingMessage, request: HttpRequest): HttpStream {
  // Errors of the body reach its reader; one that nobody reads is closed.
  answer.on('error', () => undefined)
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    chunks: (idleMs) => chunksOf(answer, { request, idleMs }),
    async text(): Promise<string> {
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of chunksOf(answer, { request, idleMs: request.timeoutMs })) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > maxTextBytes) break
      }
      return Buffer.concat(chunks).subarray(0, maxTextBytes).toString('utf8')
    },
    close: () => void answer.destroy(),
  }
}

async function* chunksOf(
  answer: IncomingMessage,
  { request, idleMs }: { request: HttpRequest; idleMs: number },
): AsyncGenerator<Buffer> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      const idle = setTimeout(() => answer.destroy(idleError(request, idleMs)), idleMs)
      const next = await chunks.next().finally(() => clearTimeout(idle))
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    throw failureOf(error as Error, request, false)
  } finally {
    answer.destroy()
  }
}

function idleError({ url }: HttpRequest, idleMs: number): MigrationError {
  return new MigrationError(
    'CLUSTER_TIMEOUT',
    `${url.host} sent nothing of ${url.pathname} for ${idleMs / 1000} s`,
  )
}
