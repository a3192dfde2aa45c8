import { z } from 'zod'
import type { HttpAnswer } from './http.ts'

/** The object that API servers answer with when they have nothing else to say. */
export const Status = z.looseObject({
  status: z.string().nullish(),
  message: z.string().nullish(),
  reason: z.string().nullish(),
  details: z
    .looseObject({
      name: z.string().nullish(),
      retryAfterSeconds: z.number().nullish(),
      causes: z
        .array(z.looseObject({ reason: z.string().nullish(), message: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})
export type Status = z.infer<typeof Status>

/** Longer waits are not the server's to ask for. */
const maxRetryAfterMs = 60_000

/** The answer as JSON.parse gives it; undefined when it does not say that it is JSON, or is none. */
export function jsonOf({ headers, text }: Pick<HttpAnswer, 'headers' | 'text'>): unknown {
  if (!/^application\/(?:[\w.-]+\+)?json\b/.test(headers['content-type'] ?? '')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What an answer says in one line for people: without control characters, at most 300 characters. */
export function wordsOf({ text }: Pick<HttpAnswer, 'text'>, body: unknown): string {
  const status = Status.safeParse(body, { jitless: true })
  return oneLine(status.success ? (status.data.message ?? status.data.reason ?? '') : text)
}

/** Any text in one line of at most 300 characters, without control characters. */
export function oneLine(text: string): string {
  return (
    text
      .slice(0, 2000)
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 300) || 'no reason given'
  )
}

/** Of the header or of the Status; seconds only, as API servers send it. */
export function retryAfterMs(answer: Pick<HttpAnswer, 'headers'>, status?: Status): number | undefined {
  const header = answer.headers['retry-after']
  const seconds = header === undefined ? status?.details?.retryAfterSeconds : Number(header)
  if (seconds === undefined || seconds === null || !(seconds > 0)) return undefined
  return Math.min(maxRetryAfterMs, seconds * 1000)
}
