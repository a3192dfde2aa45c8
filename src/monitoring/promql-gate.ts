import { z } from 'zod'
import type { Gate, GateAnswer } from '../model/gate.ts'
import type { PromqlGateSettings } from '../model/gate-settings.ts'
import { plain, redact } from '../model/redact.ts'
import { boundedExchange, ExchangeFailure } from './bounded-exchange.ts'

const usualSeconds = 15
const maxBytes = 1024 * 1024
const someSeries = 3

/** A time, and a number as text: `NaN`, `+Inf`. */
const Sample = z.tuple([z.number(), z.string()])
/** Source: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Sample })),
      }),
      z.object({ resultType: z.literal('scalar'), result: Sample }),
    ]),
    /** Of servers that asked others: what is there may be a part only. */
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
])

const holds: Readonly<
  Record<PromqlGateSettings['threshold']['is'], (value: number, than: number) => boolean>
> = {
  below: (value, than) => value < than,
  'at-most': (value, than) => value <= than,
  'at-least': (value, than) => value >= than,
  above: (value, than) => value > than,
}

export interface PromqlGateSecrets {
  /** Asked for every question: tokens change while a run goes on. Throws when it cannot be read. */
  token: () => Promise<string | undefined>
  /** Certificates of authorities, PEM; asked for and throws like the token. */
  ca: () => Promise<string | undefined>
}

/** Open when every value of the answer is on the right side of the threshold. */
export function promqlGate(settings: PromqlGateSettings, { token, ca }: PromqlGateSecrets): Gate {
  const { name, query, threshold, timeoutSeconds = usualSeconds } = settings
  const url = new URL(`${settings.url.replace(/\/+$/, '')}/api/v1/query`)
  url.searchParams.set('query', query)
  const unknown = (message: string): GateAnswer => ({
    gate: name,
    outcome: 'unknown',
    message: plain(redact(message)).slice(0, 500),
  })

  function judge(text: string): GateAnswer {
    const parsed = Answer.safeParse(json(text), { jitless: true })
    if (!parsed.success)
      return unknown(`${url.host} sent no answer of the Prometheus API to an instant query`)
    if (parsed.data.status === 'error') return unknown(`${parsed.data.errorType}: ${parsed.data.error}`)
    const { data, warnings = [] } = parsed.data
    if (warnings.length > 0) return unknown(`the answer is not whole: ${warnings.slice(0, 3).join('; ')}`)
    const series = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : [...data.result]
    if (series.length === 0) {
      if (settings.empty === undefined) return unknown('the answer has no values, and empty is not set')
      return { gate: name, outcome: settings.empty, message: 'the answer has no values' }
    }
    const told = series.map(({ metric, value: [, text] }) => ({ metric, text, value: numberOf(text) }))
    const nothing = told.find(({ value }) => Number.isNaN(value))
    if (nothing !== undefined) return unknown(`a value is ${nothing.text}`)
    const wrong = told.filter(({ value }) => !holds[threshold.is](value, threshold.value))
    if (wrong.length === 0) return { gate: name, outcome: 'open', message: '' }
    const some = wrong.slice(0, someSeries).map(({ metric, text }) => `${text} ${metricText(metric)}`.trim())
    const more = wrong.length > someSeries ? ` (+${wrong.length - someSeries})` : ''
    const message = `${some.join(', ')}${more}, not ${threshold.is} ${threshold.value}`
    return { gate: name, outcome: 'closed', message: plain(redact(message)).slice(0, 500) }
  }

  return {
    async ask(_question, signal) {
      let bearer: string | undefined
      let authorities: string | undefined
      let what = 'token'
      try {
        bearer = await token()
        what = 'caFile'
        authorities = await ca()
      } catch (error) {
        return unknown(`its ${what} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
      }
      try {
        const { status, text } = await boundedExchange({
          url,
          method: 'GET',
          headers: {
            accept: 'application/json',
            ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          },
          ca: authorities,
          timeoutMs: timeoutSeconds * 1000,
          maxBytes,
          signal,
        })
        // The API says what is wrong with a query in the body of a 400 or 422.
        const isAnswer = status === 200 || status === 400 || status === 422
        // Some proxies repeat what they were sent.
        const hidden = bearer === undefined ? text : text.replaceAll(bearer, '***')
        return isAnswer ? judge(hidden) : unknown(`${url.host} answered ${status}`)
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof ExchangeFailure)) throw error
        return unknown(`${url.host}: ${error.message}`)
      }
    },
  }
}

/** Source: Go's strconv.FormatFloat, which writes `+Inf` and `-Inf`. */
function numberOf(text: string): number {
  if (text === '+Inf') return Infinity
  if (text === '-Inf') return -Infinity
  return /^[+-]?\d/.test(text) ? Number(text) : NaN
}

function metricText(metric: Readonly<Record<string, string>>): string {
  const labels = Object.entries(metric).map(([key, value]) => `${key}="${value}"`)
  return labels.length === 0 ? '' : `{${labels.join(', ')}}`
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
