import { describe, expect, it } from 'vitest'
import {
  mintToken,
  proveMinting,
  removeToken,
  tokenId,
  type TokenOrder,
} from '../../src/cluster/bootstrap-tokens.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { memoryCluster, type MemoryCluster } from '../steps/memory-cluster.ts'
import { virtualClock } from '../steps/virtual-clock.ts'

const signal = new AbortController().signal
const order: TokenOrder = {
  run: '20261122-030000-aaaaaa',
  node: 'node-1',
  index: 0,
  expiresAt: '2026-11-22T04:00:00Z',
  groups: ['system:bootstrappers:kubeadm:default-node-token', 'system:bootstrappers:ours'],
}
const name = `bootstrap-token-${tokenId(order)}`

async function inCluster(work: (cluster: MemoryCluster) => Promise<void>): Promise<void> {
  const clock = virtualClock()
  const done = work(memoryCluster(clock, { nodes: [], apps: [] }))
  expect(await clock.run(done, 3_600_000)).toBe(true)
  await done
}

function dataOf(cluster: MemoryCluster): Record<string, string> {
  const data = cluster.object('secrets', name)?.['data'] as Record<string, string>
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
  )
}

describe('a bootstrap token', () => {
  it('has an id of its own for each node of a run, and the same one in every process', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => tokenId({ run: order.run, index }))
    expect(new Set(ids).size).toBe(5000)
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{6}$/)
    expect(tokenId({ run: 'another', index: 0 })).not.toBe(ids[0])
  })

  it('is the Secret that the server knows tokens by, for joining and nothing else, named after run and node', async () => {
    await inCluster(async (cluster) => {
      const token = await mintToken(cluster, order, { signal })
      const [id, secret] = token.split('.')
      expect(token).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/)
      expect(cluster.object('secrets', name)).toMatchObject({
        type: 'bootstrap.kubernetes.io/token',
        metadata: { labels: { 'osferry.io/run': order.run }, annotations: { 'osferry.io/node': 'node-1' } },
      })
      expect(dataOf(cluster)).toEqual({
        'token-id': id,
        'token-secret': secret,
        expiration: '2026-11-22T04:00:00Z',
        'usage-bootstrap-authentication': 'true',
        'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token,system:bootstrappers:ours',
        description: 'osferry run 20261122-030000-aaaaaa, node node-1',
      })
    })
  })

  it('takes the place of one that a killed process has left for the node', async () => {
    await inCluster(async (cluster) => {
      const left = await mintToken(cluster, order, { signal })
      const token = await mintToken(cluster, order, { signal })
      expect(token).not.toBe(left)
      expect(`${tokenId(order)}.${dataOf(cluster)['token-secret']}`).toBe(token)
    })
  })

  it('is deleted once, and a second time there is nothing to delete', async () => {
    await inCluster(async (cluster) => {
      await mintToken(cluster, order, { signal })
      await removeToken(cluster, order, { signal })
      expect(cluster.object('secrets', name)).toBeUndefined()
      await expect(removeToken(cluster, order, { signal })).resolves.toBeUndefined()
    })
  })

  it('is not made by asking whether it would be, also when there is one', async () => {
    await inCluster(async (cluster) => {
      await proveMinting(cluster, order, { signal })
      expect(cluster.object('secrets', name)).toBeUndefined()
      await mintToken(cluster, order, { signal })
      await expect(proveMinting(cluster, order, { signal })).resolves.toBeUndefined()
    })
  })

  it('stands in no message of a server that refuses it', async () => {
    await inCluster(async (cluster) => {
      const refusing: Cluster = {
        ...cluster,
        create: async (_ref, object) =>
          await Promise.resolve({
            outcome: 'refused' as const,
            status: 422,
            message: `denied: ${JSON.stringify(object)}, ${Buffer.from(secretOf(object), 'base64').toString()}`,
          }),
      }
      for (const attempt of [mintToken, proveMinting]) {
        const error = await attempt(refusing, order, { signal }).catch((error: unknown) => error)
        expect(error).toMatchObject({ code: 'TOKEN_NOT_MINTED', failureClass: 'config' })
        const { message } = error as Error
        expect(message).toMatch(/node-1: denied: .*"token-secret":"\*\*\*".*, \*\*\*$/)
      }
    })
  })

  it('is made of every sign alike', async () => {
    const taking = {
      create: async () => await Promise.resolve({ outcome: 'done' as const, object: {} }),
    } as unknown as Cluster
    let first = 0
    for (let round = 0; round < 4000; round += 1)
      first += (await mintToken(taking, order, { signal })).slice(7).match(/[0-3]/g)?.length ?? 0
    // Of 64,000 signs 7,111 with a deviation of 79; a byte modulo 36 would give 8,000.
    expect(Math.abs(first - 7111)).toBeLessThan(480)
  })
})

function secretOf(object: Readonly<Record<string, unknown>>): string {
  return (object['data'] as Record<string, string>)['token-secret'] ?? ''
}
