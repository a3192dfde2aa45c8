import type { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { ClusterLogin } from '../model/kubeconfig.ts'
import { createAgent } from './agent.ts'
import { credentialSource, pemText, type Credentials } from './credentials.ts'
import { exchange, type HttpAnswer } from './http.ts'

export interface ApiRequest {
  method?: 'GET' | 'POST'
  /** `/api/v1/nodes`: starts with a slash, without a query. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
  signal: AbortSignal
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
  close(): void
}

/** One page of 500 pods is 2 to 8 MB; a list of 10,000 CRDs' worth is not asked for. */
const maxAnswerBytes = 128 << 20
const timeoutMs = 60_000
const maxTries = 6

const Status = z.looseObject({
  message: z.string().optional(),
  reason: z.string().optional(),
})

/** Opens a client; nothing is sent before the first request. */
export function openClient(
  login: ClusterLogin,
  env: Readonly<Record<string, string | undefined>>,
): ApiClient {
  const source = credentialSource(login, env)
  let pool: { agent: Agent; made: Credentials } | undefined

  async function agentFor(credentials: Credentials): Promise<Agent> {
    const same = pool?.made.certificate === credentials.certificate && pool?.made.key === credentials.key
    if (pool !== undefined && same) return pool.agent
    // A renewed client certificate needs new connections.
    pool?.agent.destroy()
    const agent = await createAgent({ login, credentials, ca: await pemText(login.ca), env })
    pool = { agent, made: credentials }
    return agent
  }

  async function once(request: ApiRequest, renew: boolean): Promise<HttpAnswer> {
    const { method = 'GET', body, signal } = request
    const credentials = await source.get({ signal, renew })
    return exchange({
      url: urlOf(login, request),
      method,
      headers: {
        ...credentials.headers,
        accept: 'application/json',
        'user-agent': 'osferry',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      agent: await agentFor(credentials),
      timeoutMs,
      maxBytes: maxAnswerBytes,
      signal,
    })
  }

  return {
    login,
    async request(request): Promise<ApiAnswer> {
      const sentAt = Date.now()
      const answer = await persist(request, async () => {
        const first = await once(request, false)
        // An expired token is renewed once.
        return first.status === 401 ? once(request, true) : first
      })
      return answerOf(login, request, { answer, sentAt })
    },
    close(): void {
      pool?.agent.destroy()
      pool = undefined
    },
  }
}

function urlOf({ server }: ClusterLogin, { path, query }: ApiRequest): URL {
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
    await wait(Math.max(pauseMs, retryAfterMs(outcome)), undefined, { signal })
  }
}

function isAnswer(outcome: unknown): outcome is HttpAnswer {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome && 'text' in outcome
}

/** Seconds only, as API servers send it; at most half a minute. */
function retryAfterMs({ headers }: HttpAnswer): number {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) ? Math.min(30, Math.max(0, seconds)) * 1000 : 0
}

function answerOf(
  login: ClusterLogin,
  request: ApiRequest,
  { answer, sentAt }: { answer: HttpAnswer; sentAt: number },
): ApiAnswer {
  const { status } = answer
  const host = new URL(login.server).host
  const body = parsed(answer)
  const passes = (status >= 200 && status < 300) || status === 404 || status === 410
  if (passes && body !== undefined) {
    const date = Date.parse(answer.headers.date ?? '')
    return { status, body, clockAheadMs: Number.isNaN(date) ? undefined : aheadOf(date, sentAt) }
  }
  const words = wordsOf(answer, body)
  const what = `${request.method ?? 'GET'} ${request.path}`
  if (status === 401) {
    throw new MigrationError(
      'CLUSTER_LOGIN_FAILED',
      `${host} refuses the credentials of ${login.context}: ${words}`,
      {
        hint: 'the token or certificate has expired or is of another cluster: log in again, or look at kubectl auth whoami',
      },
    )
  }
  if (status === 403) {
    throw new MigrationError('CLUSTER_FORBIDDEN', `${what}: ${words}`, {
      hint: 'osferry doctor --cluster lists every right that is missing',
    })
  }
  if (status === 429 || status >= 500) {
    throw new MigrationError('CLUSTER_OVERLOADED', `${host} answers ${what} with ${status}: ${words}`, {
      hint: 'look at the load and the log of the API server and of its etcd, then try again',
    })
  }
  const kind = body === undefined ? 'something that is no JSON' : String(status)
  throw new MigrationError('CLUSTER_ANSWER_INVALID', `${host} answers ${what} with ${kind}: ${words}`, {
    hint: 'a proxy, a portal or a load balancer may answer in its place: look at the server in the kubeconfig',
  })
}

/** The server's second has no parts: what is within it and the way is no difference. */
function aheadOf(date: number, sentAt: number): number {
  if (date > Date.now()) return date - Date.now()
  return date + 1000 < sentAt ? date + 1000 - sentAt : 0
}

function parsed({ headers, text }: HttpAnswer): unknown {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(headers['content-type'] ?? '')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wordsOf({ text }: HttpAnswer, body: unknown): string {
  const status = Status.safeParse(body)
  const words = status.success ? (status.data.message ?? status.data.reason ?? '') : text
  return (
    words
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 300) || 'no reason given'
  )
}
