import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openClient } from '../../src/cluster/client.ts'
import { openClusterPort } from '../../src/cluster/cluster.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { loginOf } from '../support/cluster-login.ts'

/** Ten minutes of patience on a clock that jumps; what a real server answers is in test/integration/cluster-port.test.ts. */
type Answer = { status: number; type?: string; body: string }

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Answers in this order, the last one again and again. */
async function clusterOf(...answers: [Answer, ...Answer[]]): Promise<{
  cluster: Cluster
  seen: string[]
  stop: () => void
  nowMs: () => number
}> {
  const seen: string[] = []
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const answer = answers.length > 1 ? answers.shift()! : answers[0]
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = openClient(loginOf({ token: 't' }, { server: `http://127.0.0.1:${port}` }), {})
  let now = 0
  const clock = {
    nowMs: () => now,
    sleep: (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted()
      now += ms
      return Promise.resolve()
    },
  }
  const cluster = openClusterPort(client, { clock })
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  closing.push(async () => {
    await cluster.close()
    stop()
  })
  return { cluster, seen, stop, nowMs: clock.nowMs }
}

const { signal } = new AbortController()
const node = { group: '', version: 'v1', resource: 'nodes', name: 'n1' }

describe('openClusterPort', () => {
  it.each([503, 429, 500])(
    'gives up after ten minutes of %i, and has not hammered the server',
    async (status) => {
      const { cluster, seen } = await clusterOf({ status, type: 'text/plain', body: 'no' })
      await expect(cluster.patch(node, {}, { signal })).rejects.toMatchObject({ code: 'CLUSTER_OVERLOADED' })
      expect(seen.length).toBeGreaterThan(15)
      expect(seen.length).toBeLessThan(35)
    },
  )

  it('does not look at what it may not read when the answer to a creation was lost', async () => {
    const exists = '{"kind":"Status","status":"Failure","reason":"AlreadyExists","code":409}'
    const { cluster, seen } = await clusterOf(
      { status: 503, type: 'text/plain', body: 'lost' },
      { status: 409, body: exists },
    )
    const secrets = { group: '', version: 'v1', resource: 'secrets', namespace: 'kube-system' }
    const answer = await cluster.create(secrets, { metadata: { name: 's' } }, { signal, looks: false })
    const post = 'POST /api/v1/namespaces/kube-system/secrets'
    expect([answer.outcome, seen]).toEqual(['conflict', [post, post]])
  })

  it('gives up after ten minutes without a server', async () => {
    const { cluster, stop } = await clusterOf({ status: 404, body: '{"kind":"Status","code":404}' })
    await expect(cluster.get(node, signal)).rejects.toMatchObject({ code: 'CLUSTER_ANSWER_INVALID' })
    stop()
    await expect(cluster.get(node, signal)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('for 10 minutes') as string,
    })
    const watch = cluster.watch(node, signal)[Symbol.asyncIterator]()
    expect(await watch.next()).toMatchObject({ value: { type: 'away' } })
    await expect(watch.next()).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
  })

  it('does not wait long for a server that has never answered', async () => {
    const { cluster, stop, nowMs } = await clusterOf({ status: 200, body: '{}' })
    stop()
    await expect(cluster.get(node, signal)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.not.stringContaining('minutes') as string,
    })
    expect(nowMs()).toBeLessThanOrEqual(5000)
  })

  it('renews refused credentials once, and then says so', async () => {
    const { cluster, seen } = await clusterOf({ status: 401, body: '{"kind":"Status","code":401}' })
    await expect(cluster.get(node, signal)).rejects.toMatchObject({ code: 'CLUSTER_LOGIN_FAILED' })
    expect(seen).toHaveLength(2)
  })

  it('does not evict where the server has no evictions', async () => {
    const { cluster, seen } = await clusterOf({ status: 200, body: '{"resources":[{"name":"pods"}]}' })
    const request = { namespace: 'default', name: 'p', uid: 'u', signal }
    await expect(cluster.evict(request)).rejects.toMatchObject({ code: 'CLUSTER_ANSWER_INVALID' })
    expect(seen).toEqual(['GET /api/v1'])
  })

  it.each(['[]', '"done"', '<html>', '{"kind":"Status","status":"Failure"}'])(
    'takes %s for no success',
    async (body) => {
      const { cluster } = await clusterOf({ status: 200, body })
      await expect(cluster.patch(node, {}, { signal })).rejects.toMatchObject({
        code: 'CLUSTER_ANSWER_INVALID',
      })
    },
  )
})
