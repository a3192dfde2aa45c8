import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient } from '../../src/cluster/client.ts'
import { openClusterPort } from '../../src/cluster/cluster.ts'
import { serveLabApi, type LabApiServer } from '../../src/lab/api-server.ts'
import { runCluster, type RunningCluster } from '../../src/lab/run-cluster.ts'
import { createLabCluster } from '../../src/simulate/create-lab-cluster.ts'
import { loginOf } from '../support/cluster-login.ts'
import { followWatch } from '../support/control-plane/cluster-under-test.ts'

const { signal } = new AbortController()
const nodes = { group: '', version: 'v1', resource: 'nodes' }

describe('the API of the lab over HTTP', () => {
  let running: RunningCluster
  let server: LabApiServer

  beforeAll(async () => {
    const startAtMs = Date.now()
    running = runCluster(createLabCluster({ startAtMs }), startAtMs)
    server = await serveLabApi(running, {
      tokens: { 'a-token': { name: 'me', groups: ['system:masters'] } },
    })
  })
  afterAll(async () => {
    running.stop()
    await server.close()
  })

  const portFor = (token: string | undefined) =>
    openClusterPort(openClient(loginOf({ token }, { server: server.url }), {}))

  it('takes a bearer token, and refuses everybody else', async () => {
    const me = portFor('a-token')
    expect(await me.version(signal)).toBe('v1.23.17')
    const stranger = portFor('another')
    await expect(stranger.list(nodes, signal)).rejects.toMatchObject({ code: 'CLUSTER_LOGIN_FAILED' })
    await Promise.all([me.close(), stranger.close()])
  })

  it('streams what happens, and goes on after the server was away', async () => {
    const me = portFor('a-token')
    const log = followWatch(me, nodes)
    await expect.poll(() => log.words, { timeout: 60_000 }).toContain('synced')
    running.machines.addNode({ name: 'node-1' })
    await expect.poll(() => log.words, { timeout: 60_000 }).toContain('changed node-1')
    await server.halt()
    running.machines.addNode({ name: 'node-2' })
    await server.resume()
    await expect.poll(() => log.words, { timeout: 60_000 }).toContain('changed node-2')
    await log.stop()
    await me.close()
  })

  it('bounds what it reads, and says what is no JSON', async () => {
    const send = async (body: string): Promise<unknown> => {
      const headers = { authorization: 'Bearer a-token', 'content-type': 'application/json' }
      const answer = await fetch(`${server.url}/api/v1/nodes`, { method: 'POST', headers, body })
      return [answer.status, ((await answer.json()) as { kind: string }).kind]
    }
    expect(await send('x'.repeat(4 * 2 ** 20))).toEqual([413, 'Status'])
    expect(await send('{')).toEqual([400, 'Status'])
    expect(await send('{}')).toEqual([400, 'Status'])
  })
})
