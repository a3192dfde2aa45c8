import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendText, type BootAnswer } from './boot-answer.ts'
import { isMachineOf } from './boot-machine.ts'
import { ToldStage, type BootStage, type KeptStage } from './boot-progress.ts'
import type { BootUrls } from './boot-urls.ts'
import { callsPerMinute } from './calls-per-minute.ts'
import { foundUrl, mostGuesses } from './found-url.ts'
import { parsed } from './lines-file.ts'

/** A machine tells how far it is. */
export interface BootProgress extends KeptStage {
  event: 'progress'
  node: string
}

export interface ProgressRouteOptions {
  urls: BootUrls
  onProgress: (progress: BootProgress) => void
  clock: { now(): string; monotonicMs(): number }
}

/** Of a body. */
const mostBytes = 1024
/** Of one machine in a minute: a stage that is told again is a sign of life. */
const mostCalls = 30

const texts = {
  200: 'noted\n',
  400: 'expected {"stage":"..."} with one of the known stages\n',
  403: 'over HTTPS only\n',
  404: 'there is nothing here\n',
  410: 'the time of this address is over\n',
  413: 'too much\n',
  429: 'too often\n',
} as const

/** Keeps what a machine tells of itself beside its address. */
export function progressRoute({
  urls,
  onProgress,
  clock,
}: ProgressRouteOptions): (
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
) => Promise<BootAnswer> {
  const guesses = callsPerMinute(mostGuesses, () => clock.monotonicMs())
  const calls = callsPerMinute(mostCalls, () => clock.monotonicMs())
  return async (request, response, name) => {
    const from = request.socket.remoteAddress ?? ''
    const url = await foundUrl(urls, { text: name, use: 'progress' })
    const answer = (status: keyof typeof texts, waitSeconds = 0): BootAnswer => {
      const headers = {
        // What is left of a body that is not wanted is not read.
        ...(status === 200 ? {} : { connection: 'close' }),
        ...(waitSeconds === 0 ? {} : { 'retry-after': String(waitSeconds) }),
      }
      const bytes = sendText(response, { status, text: texts[status], headers })
      return { route: 'progress', name: url?.node ?? null, status, bytes }
    }
    const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'))
    if (url === undefined || !isMachineOf(query, url.machine)) {
      const seconds = guesses.add(from)
      return answer(seconds === 0 ? 404 : 429, seconds)
    }
    if (!('encrypted' in request.socket)) return answer(403)
    const at = clock.now()
    if (Date.parse(url.expiresAt) <= Date.parse(at)) return answer(410)
    const waitSeconds = calls.add(url.id)
    if (waitSeconds > 0) return answer(429, waitSeconds)
    const stage = await toldStage(request)
    if (typeof stage === 'number') return answer(stage)
    if (!(await urls.addStage(url.id, { stage, at, from }))) return answer(429)
    onProgress({ event: 'progress', at, node: url.node, stage, from })
    return answer(200)
  }
}

/** The stage in a body, or the status of what is wrong with it. */
async function toldStage(request: IncomingMessage): Promise<BootStage | 400 | 413> {
  const text = await bodyOf(request)
  if (text === undefined) return 413
  return ToldStage.safeParse(parsed(text)).data?.stage ?? 400
}

/** Undefined when it is too long; empty when the client has gone before its end. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) return undefined
      chunks.push(chunk)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return ''
    throw error
  }
  return Buffer.concat(chunks).toString('utf8')
}
