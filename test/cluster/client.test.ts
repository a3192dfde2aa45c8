import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openClient, type ApiClient } from '../../src/cluster/client.ts'
import { clusterReader } from '../../src/cluster/reader.ts'
import type { ClusterLogin } from '../../src/model/kubeconfig.ts'
import { loginOf } from '../support/cluster-login.ts'
import { freePorts } from '../support/control-plane/free-ports.ts'

/** What API servers, and what stands in front of them, answer when something is wrong; the good days are in test/integration. */
type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void

const canary = 'CANARY-71ab'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function clientOf(...answers: Answer[]): Promise<ApiClient & { seen: http.IncomingMessage[] }> {
  const seen: http.IncomingMessage[] = []
  const server = http.createServer((request, response) => {
    seen.push(request)
    const answer = answers[Math.min(seen.length, answers.length) - 1]
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = openClient(login(`http://127.0.0.1:${port}`), {})
  closing.push(async () => {
    client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { ...client, seen }
}

function login(server: string): ClusterLogin {
  const impersonate = { user: 'anna', uid: 'u1', groups: ['a', 'b'] }
  return loginOf({ token: canary, impersonate }, { server })
}

function inJson(status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

function plain(status: number, text: string, type = 'text/plain'): Answer {
  return (_, response) => void response.writeHead(status, { 'content-type': type }).end(text)
}

const { signal } = new AbortController()

describe('openClient', () => {
  it('sends the credentials, and who the user wants to be', async () => {
    const client = await clientOf(inJson(200, { ok: 1 }))
    expect(await client.request({ path: '/version', signal })).toMatchObject({ status: 200, body: { ok: 1 } })
    expect(client.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${canary}`,
      'impersonate-user': 'anna',
      'impersonate-uid': 'u1',
    })
    expect(
      client.seen[0]?.rawHeaders.filter((_, at, all) => /^impersonate-group$/i.test(all[at - 1] ?? '')),
    ).toEqual(['a', 'b'])
  })

  it.each([
    ['a page of a portal', plain(200, '<html>log in</html>', 'text/html'), 'CLUSTER_ANSWER_INVALID'],
    ['half an answer', plain(200, '{"kind":', 'application/json'), 'CLUSTER_ANSWER_INVALID'],
    ['a redirect', inJson(302, {}, { location: 'https://elsewhere/' }), 'CLUSTER_ANSWER_INVALID'],
    ['400 as text', plain(400, 'Client sent an HTTP request to an HTTPS server.'), 'CLUSTER_ANSWER_INVALID'],
    ['401', inJson(401, { kind: 'Status', message: 'Unauthorized' }), 'CLUSTER_LOGIN_FAILED'],
    ['403', inJson(403, { kind: 'Status', message: 'no: nodes' }), 'CLUSTER_FORBIDDEN'],
    ['403 of a gateway', plain(403, 'blocked by policy'), 'CLUSTER_FORBIDDEN'],
  ])('says what is wrong with %s, and keeps the token to itself', async (_, answer, code) => {
    const client = await clientOf(answer)
    const error: unknown = await client
      .request({ path: '/version', signal })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(canary)
  })

  it('takes no control characters from what it quotes', async () => {
    const client = await clientOf(plain(403, `\u001b[31mred\r\nnext${'x'.repeat(9000)}`))
    const error: unknown = await client.request({ path: '/v', signal }).catch((reason: unknown) => reason)
    expect((error as Error).message).toMatch(/^GET \/v: \[31mred nextx+$/)
    expect((error as Error).message.length).toBeLessThan(400)
  })

  it('sends again after 429 and 5xx, whether they are JSON or text', async () => {
    const client = await clientOf(
      plain(429, 'Too many requests, please try again later.'),
      inJson(503, { kind: 'Status', message: 'the server is currently unable' }, { 'retry-after': '1' }),
      inJson(200, { done: true }),
    )
    expect(await client.request({ path: '/version', signal })).toMatchObject({ body: { done: true } })
    expect(client.seen).toHaveLength(3)
  })

  it('asks once more with fresh credentials when they are refused', async () => {
    const client = await clientOf(inJson(401, {}), inJson(200, {}))
    expect(await client.request({ path: '/version', signal })).toMatchObject({ status: 200 })
    expect(client.seen).toHaveLength(2)
  })

  it('says that nothing listens, and with patience waits for it', async () => {
    const [port = 0] = await freePorts(1)
    const client = openClient(login(`http://127.0.0.1:${port}`), {})
    await expect(client.request({ path: '/version', signal })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: `127.0.0.1:${port} cannot be reached: nothing listens there`,
    })
    const late = http.createServer(inJson(200, { late: true }))
    setTimeout(() => late.listen(port, '127.0.0.1'), 700)
    closing.push(() => {
      client.close()
      late.closeAllConnections()
      return new Promise((resolve) => late.close(resolve))
    })
    expect(await client.request({ path: '/version', signal, patienceMs: 15_000 })).toMatchObject({
      body: { late: true },
    })
  })

  it('ends at once when it is told to', async () => {
    const client = await clientOf(() => undefined)
    const abort = new AbortController()
    const waiting = client.request({ path: '/version', signal: abort.signal, patienceMs: 60_000 })
    setTimeout(() => abort.abort(), 100)
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('notices a clock that is wrong', async () => {
    const ahead = new Date(Date.now() + 90_000).toUTCString()
    const behind = new Date(Date.now() - 90_000).toUTCString()
    const client = await clientOf(
      inJson(200, {}, { date: ahead }),
      inJson(200, {}, { date: behind }),
      inJson(200, {}),
    )
    const seconds = async (): Promise<number> =>
      Math.round(((await client.request({ path: '/version', signal })).clockAheadMs ?? Number.NaN) / 10_000)
    expect([await seconds(), await seconds(), await seconds()].map(Math.abs)).toEqual([9, 9, 0])
  })

  it('sends no credentials in the clear to another machine', async () => {
    const client = openClient(login('http://192.0.2.1:8080'), {})
    await expect(client.request({ path: '/version', signal })).rejects.toMatchObject({
      code: 'CLUSTER_CONFIG_INVALID',
    })
  })
})

describe('clusterReader', () => {
  it('starts a list over when the server has forgotten it, and says so', async () => {
    const page = (items: number[], next?: string): Answer =>
      inJson(200, { items, metadata: { continue: next } })
    const client = await clientOf(
      page([1, 2], 'a'),
      inJson(410, { reason: 'Expired' }),
      page([1, 2, 3], 'b'),
      page([4]),
    )
    const pages: unknown[] = []
    for await (const each of clusterReader(client).pages(
      { group: 'apps', version: 'v1', resource: 'deployments' },
      { signal, limit: 2 },
    ))
      pages.push(each)
    expect(pages).toEqual([
      { items: [1, 2], restarted: false },
      { items: [1, 2, 3], restarted: true },
      { items: [4], restarted: false },
    ])
    expect(client.seen.map(({ url }) => url)).toEqual([
      '/apis/apps/v1/deployments?limit=2',
      '/apis/apps/v1/deployments?limit=2&continue=a',
      '/apis/apps/v1/deployments?limit=2',
      '/apis/apps/v1/deployments?limit=2&continue=b',
    ])
  })

  it('never takes a list that is none for an empty one', async () => {
    const none = [
      inJson(200, { items: 'none' }),
      inJson(200, {}),
      inJson(200, []),
      inJson(404, {}),
      inJson(410, {}),
    ]
    for (const answer of none) {
      const client = await clientOf(answer)
      const pages = clusterReader(client).pages({ group: '', version: 'v1', resource: 'nodes' }, { signal })
      await expect(pages[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: 'CLUSTER_ANSWER_INVALID',
      })
    }
  })
})
