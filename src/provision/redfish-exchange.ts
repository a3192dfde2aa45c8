import type { X509Certificate } from 'node:crypto'
import https from 'node:https'
import tls from 'node:tls'
import { redfishFailure } from './redfish-failure.ts'

/** By what the certificate of a BMC is known. */
export interface BmcTrust {
  /** PEM; trusted beside those that Node.js brings. */
  ca: string | undefined
  /** SHA-256 of the certificate itself, 64 lower-case hex digits: it alone decides then, not names, dates and authorities. */
  fingerprint: string | undefined
}

export interface BmcRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers: Readonly<Record<string, string>>
  body?: object
  trust: BmcTrust
  signal: AbortSignal
}

export interface BmcAnswer {
  status: number
  etag: string | undefined
  location: string | undefined
  retryAfter: string | undefined
  token: string | undefined
  /** UTF-8. */
  text: string
}

/** BMCs are slow: some take half a minute while their machine starts. */
const timeoutMs = 60_000
const maxBytes = 1024 * 1024
/** Codes of OpenSSL and Node.js for a certificate that proves nothing. */
const certificateCode = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/

/**
 * One exchange with a BMC over a connection of its own, bounded in time and bytes; redirects are not followed and no proxy is used.
 * Throws what the signal says, and StepErrors: `config` for a certificate that is not trusted, `transient` for what is no answer.
 */
export async function exchangeWithBmc(request: BmcRequest): Promise<BmcAnswer> {
  const { method, url, headers, body, trust } = request
  const limit = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([request.signal, limit])
  const content = body === undefined ? undefined : JSON.stringify(body)
  const length =
    content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) }
  return await new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (request.signal.aborted) reject(request.signal.reason as Error)
      else reject(limit.aborted ? noAnswer(url, `nothing came in ${timeoutMs / 1000} s`) : whyNot(url, error))
    }
    const outgoing = https.request(
      url,
      {
        method,
        headers: { accept: 'application/json', 'odata-version': '4.0', ...headers, ...length },
        signal,
        ...trusting(trust, signal),
      },
      (answer) => {
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= maxBytes) chunks.push(chunk)
          else answer.destroy(new Error(`an answer of more than ${maxBytes} bytes`))
        })
        answer.once('error', fail)
        answer.once('end', () => {
          const { etag, location, 'retry-after': retryAfter, 'x-auth-token': token } = answer.headers
          resolve({
            status: answer.statusCode ?? 0,
            etag,
            location,
            retryAfter,
            token: typeof token === 'string' ? token : undefined,
            text: Buffer.concat(chunks).toString('utf8'),
          })
        })
      },
    )
    outgoing.once('error', fail)
    outgoing.end(content)
  })
}

function trusting({ ca, fingerprint }: BmcTrust, signal: AbortSignal): https.RequestOptions {
  if (fingerprint !== undefined) return { createConnection: pinnedTo(fingerprint, signal) }
  return { agent: false, ...(ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }) }
}

/**
 * Nothing is sent before the certificate was compared: the request gets its connection afterwards only, and until then its own end does
 * not end the connection.
 */
function pinnedTo(
  fingerprint: string,
  signal: AbortSignal,
): NonNullable<https.RequestOptions['createConnection']> {
  return (options, onCreated) => {
    const socket = tls.connect({ ...(options as tls.ConnectionOptions), rejectUnauthorized: false })
    const abort = (): void => void socket.destroy(new Error('no answer to the greeting of TLS'))
    const give = (error: Error | null): void => {
      signal.removeEventListener('abort', abort)
      onCreated(error, socket)
    }
    socket.once('error', give)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    socket.once('secureConnect', () => {
      socket.off('error', give)
      const found = fingerprintOf(socket.getPeerX509Certificate())
      if (found === fingerprint) return give(null)
      socket.destroy()
      const told = new Error(
        `it shows the certificate ${found.slice(0, 16)}…, not ${fingerprint.slice(0, 16)}…`,
      )
      give(Object.assign(told, { code: 'CERT_NOT_PINNED' }))
    })
    return undefined
  }
}

function fingerprintOf(certificate: X509Certificate | undefined): string {
  return certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? ''
}

function whyNot(url: URL, { code = '', message }: NodeJS.ErrnoException): Error {
  if (!certificateCode.test(code)) return noAnswer(url, message === '' ? code : message)
  const text = `the certificate of the BMC ${url.host} is not trusted: ${message}`
  return redfishFailure('config', text, 'CERTIFICATE')
}

function noAnswer(url: URL, why: string): Error {
  return redfishFailure('transient', `the BMC ${url.host} does not answer: ${why}`, 'UNREACHABLE')
}
