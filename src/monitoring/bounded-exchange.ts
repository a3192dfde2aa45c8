import http from 'node:http'
import https from 'node:https'

export interface BoundedRequest {
  url: URL
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
  /** PEM; trusted beside those that Node.js brings. */
  ca: string | undefined
  /** From the first byte out to the last byte in. */
  timeoutMs: number
  maxBytes: number
  signal: AbortSignal
}

export interface BoundedAnswer {
  status: number
  retryAfter: string | undefined
  /** UTF-8. */
  text: string
}

/** Why there is no answer, in words without the address, which may be a secret. */
export class ExchangeFailure extends Error {}

/** One exchange with a server of the team, bounded in time and bytes; redirects are not followed. Throws ExchangeFailure. */
export async function boundedExchange(request: BoundedRequest): Promise<BoundedAnswer> {
  const { url, method, headers, body, ca, timeoutMs, maxBytes } = request
  const limit = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([request.signal, limit])
  const send = url.protocol === 'https:' ? https.request : http.request
  const { rootCertificates } = await import('node:tls')
  const trusted = ca === undefined || url.protocol !== 'https:' ? {} : { ca: [...rootCertificates, ca] }
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return await new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      if (request.signal.aborted) return reject(request.signal.reason as Error)
      if (error instanceof ExchangeFailure) return reject(error)
      const code = (error as NodeJS.ErrnoException).code
      const why = limit.aborted ? `no answer in ${timeoutMs / 1000} s` : (code ?? 'the connection failed')
      reject(new ExchangeFailure(why))
    }
    const outgoing = send(
      url,
      { method, headers: { ...headers, ...length }, agent: false, signal, ...trusted },
      (answer) => {
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= maxBytes) chunks.push(chunk)
          else answer.destroy(new ExchangeFailure(`an answer of more than ${maxBytes} bytes`))
        })
        answer.once('error', fail)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            retryAfter: answer.headers['retry-after'],
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.once('error', fail)
    outgoing.end(body)
  })
}
