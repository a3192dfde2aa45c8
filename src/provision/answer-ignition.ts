import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isBootstrapToken, needsToken, withToken } from '../ignition/placeholders.ts'
import type { BootAlarm } from './boot-alarm.ts'
import { sendText, type BootAnswer } from './boot-answer.ts'
import { isMachineOf } from './boot-machine.ts'
import type { BootUrl, BootUrls } from './boot-urls.ts'
import { callsPerMinute } from './calls-per-minute.ts'
import { foundUrl, mostGuesses } from './found-url.ts'

export interface IgnitionRouteOptions {
  urls: BootUrls
  onAlarm: (alarm: BootAlarm) => void
  clock: { now(): string; monotonicMs(): number }
  signal: AbortSignal
  /** A bootstrap token of now for a node. Without it a configuration that needs one is not handed out. */
  tokenFor?: (node: string, signal: AbortSignal) => Promise<string>
}

const texts = {
  404: 'there is nothing here\n',
  410: 'this address has been used, or its time is over\n',
  429: 'too many wrong addresses\n',
  403: 'over HTTPS only; this address is void now\n',
  503: 'it cannot be handed out now\n',
} as const

/** Hands out a configuration for a token, once. */
export function ignitionRoute(
  options: IgnitionRouteOptions,
): (request: IncomingMessage, response: ServerResponse, name: string) => Promise<BootAnswer> {
  const { urls, clock, onAlarm } = options
  const guesses = callsPerMinute(mostGuesses, () => clock.monotonicMs())
  return async (request, response, name) => {
    const from = request.socket.remoteAddress ?? ''
    const url = await foundUrl(urls, { text: name, use: 'verifier' })
    const refuse = (status: keyof typeof texts, headers: Record<string, string> = {}): BootAnswer => {
      const bytes = sendText(response, { status, text: texts[status], headers })
      return { route: 'ignition', name: url?.node ?? null, status, bytes }
    }
    const wrong = (): BootAnswer => {
      const seconds = guesses.add(from)
      return seconds === 0 ? refuse(404) : refuse(429, { 'retry-after': String(seconds) })
    }
    if (url === undefined) return wrong()
    const alarm = (kind: BootAlarm['kind'], why: string | null = null): void =>
      onAlarm({ event: 'alarm', at: clock.now(), kind, node: url.node, from, why })
    const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'))
    if (!isMachineOf(query, url.machine)) {
      alarm('another-machine')
      return wrong()
    }
    if (Date.parse(url.expiresAt) <= Date.parse(clock.now()) && !(await urls.isClaimed(url.id)))
      return refuse(410)
    if (!(await urls.claim(url.id, { at: clock.now(), from }))) {
      alarm('second-fetch')
      return refuse(410)
    }
    if (!('encrypted' in request.socket)) {
      alarm('not-encrypted')
      return refuse(403)
    }
    const made = await configOf(url, options)
    if ('why' in made) {
      await urls.release(url.id)
      alarm('not-served', made.why)
      return refuse(503)
    }
    const bytes = sendText(response, {
      status: 200,
      text: made.text,
      headers: { 'content-type': 'application/json' },
    })
    return { route: 'ignition', name: url.node, status: 200, bytes }
  }
}

/** The text that a machine gets, or why it gets none. */
async function configOf(
  { node, config }: BootUrl,
  { tokenFor, signal }: IgnitionRouteOptions,
): Promise<{ text: string } | { why: string }> {
  try {
    const bytes = await readFile(config.path)
    if (hash('sha256', bytes) !== config.sha256)
      return { why: `${config.path} is another one than when the address was made` }
    const text = bytes.toString('utf8')
    if (!needsToken(text)) return { text }
    if (tokenFor === undefined)
      return { why: `${config.path} needs a bootstrap token, and nothing here mints one` }
    const token = await tokenFor(node, signal)
    return isBootstrapToken(token)
      ? { text: withToken(text, token) }
      : { why: 'what was minted is no bootstrap token' }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}
