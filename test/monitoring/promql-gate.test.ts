import { afterEach, describe, expect, it } from 'vitest'
import { GateSettings, type PromqlGateSettings } from '../../src/model/gate-settings.ts'
import type { GateAnswer } from '../../src/model/gate.ts'
import { promqlGate } from '../../src/monitoring/promql-gate.ts'
import { httpHere, type HttpHere } from './http-here.ts'

const question = { wave: 0, node: 'node-1', isFirstOfWave: true, ended: [], away: [] }
const canary = 'canary-7d1f0e'

const none = async (): Promise<undefined> => await Promise.resolve(undefined)

describe('a PromQL gate', () => {
  let server: HttpHere
  afterEach(async () => await server.close())

  const vector = (...values: string[]): object => ({
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map((value, index) => ({ metric: { alertname: `A${index}` }, value: [1.5, value] })),
    },
  })

  async function ask(
    answer: object | string | number,
    more: Partial<PromqlGateSettings> = {},
    signal = new AbortController().signal,
  ): Promise<GateAnswer> {
    server = await httpHere((_, response) => {
      if (typeof answer === 'number') response.writeHead(answer, { location: '/elsewhere' }).end()
      else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
    const settings = GateSettings.parse({
      type: 'promql',
      name: 'alerts',
      url: `${server.url}/prometheus/`,
      query: 'count(ALERTS{severity="critical"}) or vector(0)',
      threshold: { is: 'below', value: 1 },
      ...more,
    }) as PromqlGateSettings
    return await promqlGate(settings, {
      token: async () => await Promise.resolve(canary),
      ca: none,
    }).ask(question, signal)
  }

  it('asks with the query and the token, and is open when every value is on the right side', async () => {
    expect(await ask(vector('0', '0.5', '-Inf'))).toEqual({ gate: 'alerts', outcome: 'open', message: '' })
    const { method, path, headers } = server.seen[0]!
    expect(method).toBe('GET')
    const url = new URL(path, server.url)
    expect(url.pathname).toBe('/prometheus/api/v1/query')
    expect(url.searchParams.get('query')).toBe('count(ALERTS{severity="critical"}) or vector(0)')
    expect(headers.authorization).toBe(`Bearer ${canary}`)
  })

  it.each([
    ['below', '1', 'closed'],
    ['at-most', '1', 'open'],
    ['at-least', '1', 'open'],
    ['above', '1', 'closed'],
    ['above', '+Inf', 'open'],
  ] as const)('compares: %s 1 with %s is %s', async (is, value, outcome) => {
    const scalar = { status: 'success', data: { resultType: 'scalar', result: [1, value] } }
    expect(await ask(scalar, { threshold: { is, value: 1 } })).toMatchObject({ outcome })
  })

  it('says which values are on the wrong side', async () => {
    expect(await ask(vector('0', '3', '2'))).toEqual({
      gate: 'alerts',
      outcome: 'closed',
      message: '3 {alertname="A1"}, 2 {alertname="A2"}, not below 1',
    })
  })

  const nobodyKnows: Readonly<Record<string, [object | string | number, string]>> = {
    'a value that is none': [vector('0', 'NaN'), 'a value is NaN'],
    'a value that is no number': [vector('0x'), 'a value is 0x'],
    'no value': [vector(), 'the answer has no values, and empty is not set'],
    'a part of the answer': [{ ...vector('0'), warnings: ['store-2 is away'] }, 'not whole: store-2 is away'],
    'an error of the query': [
      { status: 'error', errorType: 'bad_data', error: 'parse error' },
      'bad_data: parse error',
    ],
    'an error that repeats the token': [
      { status: 'error', errorType: 'bad_data', error: `${canary}: who is that` },
      'bad_data: ***: who is that',
    ],
    'another kind of result': [
      { status: 'success', data: { resultType: 'string', result: [1, 'a'] } },
      'no answer of the Prometheus API',
    ],
    'no JSON': ['<html>', 'no answer of the Prometheus API'],
    'an answer without an end': ['x'.repeat(2_000_000), 'more than 1048576 bytes'],
    'a refusal': [401, 'answered 401'],
    'a server in trouble': [503, 'answered 503'],
    'a redirect': [302, 'answered 302'],
  }

  it.each(Object.entries(nobodyKnows))(
    'does not know, and is not open, with %s',
    async (_, [answer, message]) => {
      const found = await ask(answer)
      expect(found).toMatchObject({ outcome: 'unknown', message: expect.stringContaining(message) as string })
      expect(found.message).not.toContain(canary)
    },
  )

  it('takes no values for what is set', async () => {
    expect(await ask(vector(), { empty: 'open' })).toMatchObject({ outcome: 'open' })
    await server.close()
    expect(await ask(vector(), { empty: 'closed' })).toMatchObject({ outcome: 'closed' })
  })

  it('does not know when the server does not answer in time, is not there, or the token cannot be read', async () => {
    server = await httpHere(() => undefined)
    const settings = (url: string): PromqlGateSettings => ({
      type: 'promql',
      name: 'alerts',
      url,
      query: '1',
      threshold: { is: 'below', value: 1 },
      timeoutSeconds: 1,
    })
    const { signal } = new AbortController()
    const silent = promqlGate(settings(server.url), { token: none, ca: none })
    expect(await silent.ask(question, signal)).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('no answer in 1 s') as string,
    })
    await server.close()
    expect(await silent.ask(question, signal)).toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('ECONNREFUSED') as string,
    })
    const locked = promqlGate(settings(server.url), {
      token: async () => await Promise.reject(new Error('the variable PROM_TOKEN is not set')),
      ca: none,
    })
    expect(await locked.ask(question, signal)).toMatchObject({
      outcome: 'unknown',
      message: 'its token cannot be read: the variable PROM_TOKEN is not set',
    })
  })

  it('ends when nobody waits any more', async () => {
    const abort = new AbortController()
    server = await httpHere(() => abort.abort(new Error('left')))
    const gate = promqlGate(
      { type: 'promql', name: 'a', url: server.url, query: '1', threshold: { is: 'below', value: 1 } },
      { token: none, ca: none },
    )
    await expect(gate.ask(question, abort.signal)).rejects.toThrow('left')
  })
})
