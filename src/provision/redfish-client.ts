import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { exchangeWithBmc, type BmcAnswer, type BmcRequest, type BmcTrust } from './redfish-exchange.ts'
import { redfishFailure } from './redfish-failure.ts'
import { Failure } from './redfish-schemas.ts'
import { tellingWords } from './telling-words.ts'

/** How a BMC is reached and logged in to. */
export interface BmcLogin extends BmcTrust {
  /** Its origin: https://HOST[:PORT]. */
  url: string
  auth: 'session' | 'basic'
  username: string
  password: string
}

/** A resource as it was read, and its version where the BMC tells one. */
export interface Read<T> {
  data: T
  etag: string | undefined
}

export interface Change {
  method: 'POST' | 'PATCH' | 'DELETE'
  uri: string
  body?: object
  etag?: string | undefined
}

/** Requests to one BMC. Throw StepErrors; `uri` is what an answer says, relative or not, and stays on the BMC. */
export interface BmcRequests {
  /** The host of its address, for people. */
  readonly host: string
  read<T>(uri: string, schema: z.ZodType<T>): Promise<Read<T>>
  /** Whatever the BMC answers, errors as well. */
  ask(request: {
    method: BmcRequest['method']
    uri: string
    body?: object
    etag?: string
  }): Promise<BmcAnswer>
  /** What an answer says of an error, without what is secret. */
  wordsOf(answer: BmcAnswer): string
  /** The beginning of a text of the BMC, without what is secret. */
  hidden(text: string): string
  parsed<T>(answer: BmcAnswer, uri: string, schema: z.ZodType<T>): T
}

const mostTries = 5
const usualRestMs = 5000
const shortestRestMs = 250
const longestRestMs = 60_000
const longestWords = 300

/** `headers` are asked for each request: of a session there are none at first. */
export function bmcRequests(
  { url, ca, fingerprint, username, password }: BmcLogin,
  {
    headers,
    secrets,
    signal,
  }: {
    headers: () => Readonly<Record<string, string>>
    /** What must not be told besides the password. */
    secrets: () => readonly string[]
    signal: AbortSignal
  },
): BmcRequests {
  const origin = new URL(url)
  const { host } = origin

  function placeOf(uri: string): URL {
    const place = URL.canParse(uri, origin.href) ? new URL(uri, origin) : undefined
    if (place?.origin === origin.origin && place.username === '' && place.password === '') return place
    throw redfishFailure('config', `the BMC ${host} names an address that is not its own`, 'FOREIGN_ADDRESS')
  }

  async function ask({ method, uri, body, etag }: Parameters<BmcRequests['ask']>[0]): Promise<BmcAnswer> {
    const place = placeOf(uri)
    for (let tries = 1; ; tries += 1) {
      const answer = await exchangeWithBmc({
        method,
        url: place,
        headers: { ...headers(), ...(etag === undefined ? {} : { 'if-match': etag }) },
        ...(body === undefined ? {} : { body }),
        trust: { ca, fingerprint },
        signal,
      })
      const isBusy = answer.status === 503 || answer.status === 429
      if (!isBusy || tries === mostTries) return answer
      await sleep(restMs(answer.retryAfter), undefined, { signal })
    }
  }

  function parsed<T>(answer: BmcAnswer, uri: string, schema: z.ZodType<T>): T {
    const result = schema.safeParse(json(answer.text), { jitless: true })
    if (result.success) return result.data
    throw redfishFailure(
      'config',
      `the BMC ${host} answers ${placeOf(uri).pathname} not as Redfish does`,
      'ANSWER',
    )
  }

  const hidden = (text: string): string =>
    tellingWords(text, [password, username, ...secrets()]).slice(0, longestWords)

  const wordsOf = (answer: BmcAnswer): string => {
    const { data } = Failure.safeParse(json(answer.text), { jitless: true })
    const [first] = data?.error['@Message.ExtendedInfo'] ?? []
    return hidden(first?.Message ?? data?.error.message ?? first?.MessageId ?? '')
  }

  return {
    host,
    ask,
    wordsOf,
    hidden,
    parsed,
    async read(uri, schema) {
      const answer = await ask({ method: 'GET', uri })
      if (answer.status !== 200) throw refused({ host, wordsOf }, answer, `GET ${placeOf(uri).pathname}`)
      return { data: parsed(answer, uri, schema), etag: answer.etag }
    },
  }
}

/** From a quarter of a second to a minute; 5 s when a date, nonsense or nothing is said. */
export function restMs(retryAfter: string | undefined): number {
  if (!/^\d{1,6}$/.test(retryAfter ?? '')) return usualRestMs
  return Math.min(Math.max(Number(retryAfter) * 1000, shortestRestMs), longestRestMs)
}

const transientStatus: ReadonlySet<number> = new Set([408, 409, 429])

/** What is thrown for an answer that is no success. */
export function refused(
  { host, wordsOf }: Pick<BmcRequests, 'host' | 'wordsOf'>,
  answer: BmcAnswer,
  request: string,
): Error {
  const words = wordsOf(answer)
  const { status } = answer
  const message = `the BMC ${host} answers ${request} with ${status}${words === '' ? '' : `: ${words}`}`
  if (status === 401) return redfishFailure('config', message, 'LOGIN')
  if (status === 403) return redfishFailure('config', message, 'FORBIDDEN')
  if (status === 412) return redfishFailure('transient', message, 'CHANGED')
  const isTransient = status >= 500 || transientStatus.has(status)
  return redfishFailure(isTransient ? 'transient' : 'config', message, isTransient ? 'BUSY' : 'REFUSED')
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
