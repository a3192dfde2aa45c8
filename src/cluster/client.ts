import type { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { isMigrationError } from '../model/errors.ts'
import type { ClusterLogin } from '../model/kubeconfig.ts'
import { createAgent } from './agent.ts'
import { answerError } from './answer-errors.ts'
import { jsonOf, retryAfterMs } from './answer-text.ts'
import { credentialSource, pemText, type Credentials } from './credentials.ts'
import { exchange, type HttpAnswer, type HttpMethod, type HttpRequest } from './http.ts'
import { openStream, type HttpStream } from './http-stream.ts'

/** One request to one API server. */
export interface SentRequest {
  method?: HttpMethod
  /** `/api/v1/nodes`: starts with a slash, without a query. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
  /** Of the body; default JSON. */
  contentType?: string
  signal: AbortSignal
}

export interface ApiRequest extends SentRequest {
  method?: 'GET' | 'POST'
  /** How long to go on while the server is away or overloaded; default 0: one refused connection is the answer. */
  patienceMs?: number
}

export interface ApiAnswer {
  /** 200 to 299, or 404 and 410: what a caller decides about. */
  status: number
  body: unknown
  /** Milliseconds by which the server's clock is ahead of ours, to the second; undefined when it does not say. */
  clockAheadMs: number | undefined
}

/** A connection to one API server. */
export interface ApiClient {
  readonly login: ClusterLogin
  /** Throws MigrationError CLUSTER_*; only requests that may be repeated are sent through it. */
  request(request: ApiRequest): Promise<ApiAnswer>
  /** Whatever the server answers to one request, after credentials that had expired were renewed once. Throws CLUSTER_*. */
  send(request: SentRequest): Promise<HttpAnswer>
  /** As `send`, for an answer that goes on: on a connection of its own, and with the body as it comes. */
  stream(request: SentRequest): Promise<HttpStream>
  close(): void
}

/** One page of 500 pods is 2 to 8 MB; a list of 10,000 CRDs' worth is not asked for. */
const maxAnswerBytes = 128 << 20
const timeoutMs = 60_000
const maxTries = 6

interface Agents {
  short: Agent
  long: Agent
}

/** Opens a client; nothing is sent before the first request. */
export function openClient(
  login: ClusterLogin,
  env: Readonly<Record<string, string | undefined>>,
): ApiClient {
  const source = credentialSource(login, env)
  let pool: { made: Credentials; agents: Promise<Agents> } | undefined

  /** Requests that come at once share what the first of them makes. */
  function agentsFor(credentials: Credentials): Promise<Agents> {
    const same = pool?.made.certificate === credentials.certificate && pool?.made.key === credentials.key
    if (pool !== undefined && same) return pool.agents
    // A renewed client certificate needs new connections; what still runs on the old ones may end there.
    const old = pool
    const made = { made: credentials, agents: makeAgents(credentials) }
    pool = made
    made.agents.catch(() => {
      // A file that could not be read may be there at the next request.
      if (pool === made) pool = undefined
    })
    if (old !== undefined) destroy(old.agents, ['short'])
    return made.agents
  }

  async function makeAgents(credentials: Credentials): Promise<Agents> {
    const options = { login, credentials, ca: await pemText(login.ca), env }
    return {
      short: await createAgent(options),
      // A watch holds its connection: many of them must not starve the requests.
      long: await createAgent({ ...options, maxSockets: Number.POSITIVE_INFINITY }),
    }
  }

  async function prepared(
    request: SentRequest,
    { refused, agent }: { refused: Credentials | undefined; agent: keyof Agents },
  ): Promise<HttpRequest & { credentials: Credentials }> {
    const { method = 'GET', body, contentType = 'application/json', signal } = request
    const credentials = await source.get({ signal, refused })
    const text = body === undefined ? undefined : JSON.stringify(body)
    return {
      url: urlOf(login, request),
      method,
      headers: {
        ...credentials.headers,
        accept: 'application/json',
        'user-agent': 'osferry',
        ...(text === undefined ? {} : { 'content-type': contentType, ...lengthOf(text) }),
      },
      ...(text === undefined ? {} : { body: text }),
      agent: (await agentsFor(credentials))[agent],
      timeoutMs,
      maxBytes: maxAnswerBytes,
      signal,
      credentials,
    }
  }

  async function send(request: SentRequest): Promise<HttpAnswer> {
    const first = await prepared(request, { refused: undefined, agent: 'short' })
    const answer = await exchange(first)
    // An expired token is renewed once.
    return answer.status === 401
      ? await exchange(await prepared(request, { refused: first.credentials, agent: 'short' }))
      : answer
  }

  return {
    login,
    send,
    async request(request): Promise<ApiAnswer> {
      const sentAt = Date.now()
      const answer = await persist(request, () => send(request))
      return answerOf(login, request, { answer, sentAt })
    },
    async stream(request): Promise<HttpStream> {
      const first = await prepared(request, { refused: undefined, agent: 'long' })
      const answer = await openStream(first)
      if (answer.status !== 401) return answer
      answer.close()
      return await openStream(await prepared(request, { refused: first.credentials, agent: 'long' }))
    },
    close(): void {
      if (pool !== undefined) destroy(pool.agents, ['short', 'long'])
      pool = undefined
    },
  }
}

/** What was never made needs no end. */
function destroy(agents: Promise<Agents>, kinds: readonly (keyof Agents)[]): void {
  agents.then((made) => kinds.forEach((kind) => made[kind].destroy())).catch(() => undefined)
}

/**
 * Node.js sends the body of a DELETE without its length unless told: the server would take it for none, delete without the
 * precondition that is in it, and read the body as the next request.
 */
function lengthOf(text: string): { 'content-length': string } {
  return { 'content-length': String(Buffer.byteLength(text)) }
}

function urlOf({ server }: ClusterLogin, { path, query }: SentRequest): URL {
  const url = new URL(`${server}${path}`)
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value)
  return url
}

/** Sends again what the server was too busy for, and within the patience also what it was not there for. */
async function persist(request: ApiRequest, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const { signal, patienceMs = 0 } = request
  const until = performance.now() + patienceMs
  for (let tries = 1; ; tries += 1) {
    const outcome = await send().catch((error: unknown) => error)
    const pauseMs = Math.min(16_000, 500 * 2 ** (tries - 1)) * (0.8 + 0.4 * Math.random())
    const hasTime = performance.now() + pauseMs < until
    if (!isAnswer(outcome)) {
      const isAway = isMigrationError(outcome, 'CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT')
      if (!isAway || !hasTime) throw outcome
      await wait(pauseMs, undefined, { signal })
      continue
    }
    const busy = outcome.status === 429 || outcome.status >= 500
    if (!busy || (tries >= maxTries && !hasTime)) return outcome
    await wait(Math.max(pauseMs, retryAfterMs(outcome) ?? 0), undefined, { signal })
  }
}

function isAnswer(outcome: unknown): outcome is HttpAnswer {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome && 'text' in outcome
}

function answerOf(
  login: ClusterLogin,
  request: ApiRequest,
  { answer, sentAt }: { answer: HttpAnswer; sentAt: number },
): ApiAnswer {
  const { status } = answer
  const body = jsonOf(answer)
  const passes = (status >= 200 && status < 300) || status === 404 || status === 410
  if (passes && body !== undefined) {
    const date = Date.parse(answer.headers.date ?? '')
    return { status, body, clockAheadMs: Number.isNaN(date) ? undefined : aheadOf(date, sentAt) }
  }
  throw answerError(login, { ...request, answer })
}

/** The server's second has no parts: what is within it and the way is no difference. */
function aheadOf(date: number, sentAt: number): number {
  if (date > Date.now()) return date - Date.now()
  return date + 1000 < sentAt ? date + 1000 - sentAt : 0
}
