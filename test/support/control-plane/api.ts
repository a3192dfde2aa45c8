import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'

/** As much of a Kubernetes object as the test support looks at; tests read the rest by path. */
export interface ApiObject {
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid: string
    resourceVersion: string
    creationTimestamp?: string
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
    finalizers?: string[]
    annotations?: Record<string, string>
    labels?: Record<string, string>
  }
  [field: string]: Untyped
}

/** The API's own types are not known here, and differ by version. */
type Untyped = ReturnType<typeof JSON.parse>

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: ApiObject
}

export interface RequestOptions {
  body?: unknown
  contentType?: string
  timeoutMs?: number
}

/** Plain HTTPS to one API server with one client certificate. */
export interface ApiClient {
  /** Resolves with the answer's body, throws an ApiError on any status of 400 and above. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiObject>
  /** Events as the server sends them; ends when the server ends the watch, throws when the connection breaks. */
  watch(path: string, signal: AbortSignal): AsyncIterable<WatchEvent>
  close(): void
}

/** What the API server answered instead of what was asked for. */
export class ApiError extends Error {
  readonly status: number
  /** The Status object, when the answer was one. */
  readonly answer: ApiObject | undefined

  constructor(message: string, details: { status: number; answer: ApiObject | undefined }) {
    super(message)
    this.name = 'ApiError'
    this.status = details.status
    this.answer = details.answer
  }
}

export interface ApiLogin {
  url: string
  ca: string
  certificate: string
  key: string
}

const requestTimeoutMs = 30_000
export const mergePatch = 'application/merge-patch+json'
/** Merges lists such as conditions by their key, as a kubelet needs: other writers' entries stay. */
export const strategicPatch = 'application/strategic-merge-patch+json'

export function connectApi(login: ApiLogin): ApiClient {
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: 64,
    ca: readFileSync(login.ca),
    cert: readFileSync(login.certificate),
    key: readFileSync(login.key),
  })
  const target = (path: string): URL => new URL(path, login.url)
  return {
    request: async (method, path, options = {}) => {
      const { body, contentType = 'application/json', timeoutMs = requestTimeoutMs } = options
      const text = body === undefined ? undefined : JSON.stringify(body)
      const response = await send(target(path), {
        agent,
        method,
        headers: {
          accept: 'application/json',
          ...(text === undefined ? {} : bodyHeaders(text, contentType)),
        },
        signal: AbortSignal.timeout(timeoutMs),
        body: text,
      })
      return await answerOf(response, `${method} ${path}`)
    },
    watch: (path, signal) => watchEvents(target(path), { agent, signal }),
    close: () => agent.destroy(),
  }
}

/** Node sends the body of a DELETE without its length, which the server takes for the next request. */
function bodyHeaders(text: string, contentType: string): Record<string, string> {
  return { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) }
}

interface Sending extends https.RequestOptions {
  body?: string | undefined
}

async function send(url: URL, options: Sending): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = https.request(url, options, resolve)
  request.once('error', (error: NodeJS.ErrnoException) => {
    // A server that was restarted leaves dead connections in the pool; nothing was answered on them.
    if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(url, options))
    else reject(error)
  })
  request.end(options.body)
  return await promise
}

async function answerOf(response: IncomingMessage, what: string): Promise<ApiObject> {
  const text = await textOf(response)
  const status = response.statusCode ?? 0
  const isJson = response.headers['content-type']?.startsWith('application/json') === true
  const answer = isJson ? (JSON.parse(text) as ApiObject) : undefined
  if (status >= 400) {
    throw new ApiError(`${what} was answered ${status}: ${answer?.['message'] ?? text}`, { status, answer })
  }
  return answer ?? { text, metadata: { name: '', uid: '', resourceVersion: '' } }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}

async function* watchEvents(
  url: URL,
  options: { agent: https.Agent; signal: AbortSignal },
): AsyncGenerator<WatchEvent> {
  url.searchParams.set('watch', 'true')
  url.searchParams.set('allowWatchBookmarks', 'true')
  const response = await send(url, { ...options, method: 'GET', headers: { accept: 'application/json' } })
  if (response.statusCode !== 200) await answerOf(response, `watch ${url.pathname}`)
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent
  }
}
