import { createHmac } from 'node:crypto'
import type { Clock, Log } from '../model/ports.ts'
import { boundedExchange, ExchangeFailure } from './bounded-exchange.ts'

/** One message: what is told, and by which name its repetition is known. */
export interface WebhookMessage {
  /** The same for every try: `run:seq`. */
  id: string
  /** JSON. */
  body: string
}

export interface WebhookOptions {
  name: string
  /** Asked once; throws when it cannot be read. */
  target: () => Promise<{ url: string; secret: string | undefined; ca: string | undefined }>
  log: Log
  clock: Clock
  wait: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Messages wait in line, and nobody waits for them. */
export interface Webhook {
  tell(message: WebhookMessage): void
  /** Waits a moment for what is in line. */
  finish(): Promise<void>
}

const longestLine = 500
const timeoutMs = 10_000
const mostTries = 4
const firstRestMs = 1000
const longestRestMs = 30_000
const finishMs = 15_000
const maxBytes = 64 * 1024

/** What a try came to: `refused` = another one would not help. */
type Tried = { outcome: 'told' } | { outcome: 'later' | 'refused'; why: string; restMs?: number }

/**
 * Sends messages to one address, in their order. What cannot be sent after a few tries is passed over, and said once in the log:
 * no run is held up by it, and none fails.
 */
export function openWebhook(options: WebhookOptions): Webhook {
  const { name, log, clock, wait } = options
  const line: WebhookMessage[] = []
  const end = new AbortController()
  let sending: Promise<void> | undefined
  let lost = 0
  let isSilent = false
  /** After a failure each message has one try, until one is told again. */
  let isAway = false
  let target: Awaited<ReturnType<WebhookOptions['target']>> | undefined

  function complain(why: string): void {
    lost += 1
    if (isSilent) return
    isSilent = true
    log.warn('a webhook could not be told what happens; the run goes on', { webhook: name, why })
  }

  async function attempt({ id, body }: WebhookMessage): Promise<Tried> {
    target ??= await options.target()
    const { url, secret, ca } = target
    const sentAt = clock.now()
    const signature =
      secret === undefined
        ? {}
        : {
            'x-osferry-signature': `sha256=${createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex')}`,
          }
    try {
      const { status, retryAfter } = await boundedExchange({
        url: new URL(url),
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-osferry-delivery': id,
          'x-osferry-sent-at': sentAt,
          ...signature,
        },
        body,
        ca,
        timeoutMs,
        maxBytes,
        signal: end.signal,
      })
      if (status >= 200 && status < 300) return { outcome: 'told' }
      const why = `it answered ${status}`
      if (status < 500 && status !== 408 && status !== 429) return { outcome: 'refused', why }
      const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0
      return { outcome: 'later', why, restMs: seconds * 1000 }
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error
      return { outcome: 'later', why: error.message }
    }
  }

  async function send(message: WebhookMessage): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const tried = await attempt(message)
      if (tried.outcome === 'told') {
        isAway = false
        return
      }
      if (tried.outcome === 'refused' || isAway || tries === mostTries) {
        isAway = true
        return complain(tried.why)
      }
      const restMs = Math.max(firstRestMs * 2 ** (tries - 1), tried.restMs ?? 0)
      await wait(Math.min(restMs, longestRestMs), end.signal)
    }
  }

  async function sendAll(): Promise<void> {
    try {
      for (let message = line.shift(); message !== undefined; message = line.shift()) await send(message)
    } catch (error) {
      // Whatever it is, a secret that cannot be read among it: a run does not fail for want of a message.
      line.length = 0
      if (!end.signal.aborted) complain(error instanceof Error ? error.message : 'unknown')
    }
  }

  return {
    tell(message): void {
      if (end.signal.aborted) return
      if (line.length >= longestLine) return complain(`more than ${longestLine} messages wait for it`)
      line.push(message)
      sending ??= sendAll().finally(() => {
        sending = undefined
      })
    },
    async finish(): Promise<void> {
      const timer = new AbortController()
      const late = wait(finishMs, timer.signal).catch(() => undefined)
      const isSent = await Promise.race([(sending ?? Promise.resolve()).then(() => true), late])
      if (isSent !== true) complain(`${line.length + 1} messages were not told in ${finishMs / 1000} s`)
      end.abort(new Error('the run is over'))
      timer.abort()
      await sending
      if (lost > 1) log.warn('messages to a webhook were lost', { webhook: name, lost })
    },
  }
}
