import http from 'node:http'
import https from 'node:https'
import { MigrationError } from '../model/errors.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface HttpRequest {
  url: URL
  method: HttpMethod
  headers: Readonly<Record<string, string | string[]>>
  body?: string
  agent: http.Agent
  /** From the first byte out to the last byte in. */
  timeoutMs: number
  maxBytes: number
  signal: AbortSignal
}

export interface HttpAnswer {
  status: number
  headers: http.IncomingHttpHeaders
  /** UTF-8. */
  text: string
}

/** One exchange with the API server, bounded in time and bytes. Throws CLUSTER_* for what is no answer at all. */
export function exchange(request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, headers, body, agent, timeoutMs, maxBytes } = request
  const limit = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([request.signal, limit])
  const send = url.protocol === 'https:' ? https.request : http.request
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(failureOf(error, request, limit.aborted))
    const outgoing = send(url, { method, headers: { ...headers }, agent, signal }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= maxBytes) chunks.push(chunk)
        else
          answer.destroy(
            new MigrationError(
              'CLUSTER_ANSWER_INVALID',
              `${url.host} sent more than ${maxBytes} bytes for ${url.pathname}`,
            ),
          )
      })
      answer.once('error', fail)
      answer.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
      })
    })
    outgoing.once('error', fail)
    outgoing.end(body)
  })
}

/** Codes of Node.js for a connection that never came to be: the server cannot have done anything. */
const unsentCode = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/

/** True unless the server cannot have seen the request that ended so. */
export function mayHaveReached(error: MigrationError): boolean {
  return error.details['sent'] !== 'no'
}

/** Codes of OpenSSL and Node.js for a certificate that proves nothing. */
const certificateCode = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/

/** What is told of an exchange that came to no answer. `timedOut`: by our own limit. */
export function failureOf(error: Error, { url, signal, timeoutMs }: HttpRequest, timedOut: boolean): Error {
  if (error instanceof MigrationError || signal.aborted) return error
  if (timedOut) {
    const message = `${url.host} did not answer ${url.pathname} within ${timeoutMs / 1000} s`
    return new MigrationError('CLUSTER_TIMEOUT', message, { cause: error })
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (certificateCode.test(code)) {
    return new MigrationError(
      'CLUSTER_CERTIFICATE',
      `the certificate of ${url.host} is not trusted: ${error.message}`,
      {
        hint: 'the kubeconfig is of another cluster, its authority was renewed, or somebody is in between',
        cause: error,
      },
    )
  }
  return new MigrationError(
    'CLUSTER_UNREACHABLE',
    `${url.host} cannot be reached: ${reasonOf(code, error)}`,
    {
      details: { sent: unsentCode.test(code) ? 'no' : 'perhaps' },
      hint: 'look at the server in the kubeconfig, the network, proxies, and whether the API server runs',
      cause: error,
    },
  )
}

function reasonOf(code: string, error: Error): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND') return 'the name does not resolve'
  return error.message === '' ? code : error.message
}
