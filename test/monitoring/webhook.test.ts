import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Log } from '../../src/model/ports.ts'
import { openWebhook, type Webhook } from '../../src/monitoring/webhook.ts'
import { httpHere, type HttpHere } from './http-here.ts'

const canary = 'canary-5e0f17'

interface Logged {
  message: string
  fields: unknown
}

describe('a webhook', () => {
  let server: HttpHere | undefined
  afterEach(async () => await server?.close())

  /** Rests take no time, but end with the signal; what is waited for is written down. */
  function open(url: string): { hook: Webhook; logged: Logged[]; rests: number[] } {
    const logged: Logged[] = []
    const rests: number[] = []
    const write = (message: string, fields?: unknown): void => void logged.push({ message, fields })
    const log: Log = { debug: write, info: write, warn: write }
    const hook = openWebhook({
      name: 'chat',
      target: async () => await Promise.resolve({ url, secret: canary, ca: undefined }),
      log,
      clock: { now: () => '2026-11-21T20:00:00.000Z', monotonicMs: () => performance.now() },
      wait: async (ms, signal) => {
        if (ms === 15_000)
          return await new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
        rests.push(ms)
      },
    })
    return { hook, logged, rests }
  }

  it('is told every message in its order, signed with its secret', async () => {
    server = await httpHere((_, response) => response.end())
    const { hook, logged } = open(`${server.url}/hook?room=7`)
    for (let seq = 1; seq <= 5; seq += 1) hook.tell({ id: `r1:${seq}`, body: `{"seq":${seq}}` })
    await hook.finish()
    expect(server.seen.map(({ headers }) => headers['x-osferry-delivery'])).toEqual(
      [1, 2, 3, 4, 5].map((seq) => `r1:${seq}`),
    )
    const { path, headers, body } = server.seen[0]!
    expect(path).toBe('/hook?room=7')
    const signed = `${String(headers['x-osferry-sent-at'])}.${body}`
    const expected = createHmac('sha256', canary).update(signed).digest('hex')
    expect(headers['x-osferry-signature']).toBe(`sha256=${expected}`)
    expect(logged).toEqual([])
  })

  it('is told again after a rest when it is busy, under the same name', async () => {
    let answers = 0
    server = await httpHere((_, response) => {
      answers += 1
      response
        .writeHead(
          answers === 1 ? 500 : answers === 2 ? 429 : 200,
          answers === 2 ? { 'retry-after': '7' } : {},
        )
        .end()
    })
    const { hook, logged, rests } = open(server.url)
    hook.tell({ id: 'r1:1', body: '{}' })
    await hook.finish()
    expect(server.seen.map(({ headers }) => headers['x-osferry-delivery'])).toEqual(['r1:1', 'r1:1', 'r1:1'])
    expect(rests).toEqual([1000, 7000])
    expect(logged).toEqual([])
  })

  it('that is away costs each message one try, and the log one line and the count', async () => {
    server = await httpHere((_, response) => response.writeHead(503).end())
    const { hook, logged } = open(server.url)
    for (let seq = 1; seq <= 10; seq += 1) hook.tell({ id: `r1:${seq}`, body: '{}' })
    await hook.finish()
    expect(server.seen).toHaveLength(4 + 9)
    expect(logged).toEqual([
      {
        message: 'a webhook could not be told what happens; the run goes on',
        fields: { webhook: 'chat', why: 'it answered 503' },
      },
      { message: 'messages to a webhook were lost', fields: { webhook: 'chat', lost: 10 } },
    ])
  })

  it('that refuses a message is not asked again', async () => {
    server = await httpHere((_, response) => response.writeHead(404).end())
    const { hook, logged } = open(`${server.url}/secret-path`)
    hook.tell({ id: 'r1:1', body: '{}' })
    await hook.finish()
    expect(server.seen).toHaveLength(1)
    expect(logged).toHaveLength(1)
    expect(JSON.stringify(logged)).not.toContain('secret-path')
    expect(JSON.stringify(logged)).not.toContain(canary)
  })

  it('that is not there, or whose secret cannot be read, fails nothing', async () => {
    server = await httpHere(() => undefined)
    const { url } = server
    await server.close()
    const gone = open(url)
    gone.hook.tell({ id: 'r1:1', body: '{}' })
    await gone.hook.finish()
    expect(gone.logged).toMatchObject([{ fields: { why: 'ECONNREFUSED' } }])
    const logged: unknown[] = []
    const write = (_: string, fields?: unknown): void => void logged.push(fields)
    const locked = openWebhook({
      name: 'chat',
      target: async () => await Promise.reject(new Error('the variable HOOK is not set')),
      log: { debug: write, info: write, warn: write },
      clock: { now: () => '2026-11-21T20:00:00.000Z', monotonicMs: () => performance.now() },
      wait: async () => await new Promise(() => undefined),
    })
    locked.tell({ id: 'r1:1', body: '{}' })
    await locked.finish()
    expect(logged).toEqual([{ webhook: 'chat', why: 'the variable HOOK is not set' }])
  })

  it('that does not answer does not hold up the end of a run, and its line has an end', async () => {
    server = await httpHere(() => undefined)
    const logged: Logged[] = []
    const write = (message: string, fields?: unknown): void => void logged.push({ message, fields })
    const hook = openWebhook({
      name: 'chat',
      target: async () => await Promise.resolve({ url: server?.url ?? '', secret: undefined, ca: undefined }),
      log: { debug: write, info: write, warn: write },
      clock: { now: () => '2026-11-21T20:00:00.000Z', monotonicMs: () => performance.now() },
      wait: async () => await Promise.resolve(),
    })
    for (let seq = 1; seq <= 600; seq += 1) hook.tell({ id: `r1:${seq}`, body: '{}' })
    await hook.finish()
    expect(logged).toMatchObject([{ fields: { why: 'more than 500 messages wait for it' } }, {}])
  })
})
