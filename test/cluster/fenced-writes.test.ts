import { describe, expect, it } from 'vitest'
import type { ApiClient } from '../../src/cluster/client.ts'
import { openClusterPort } from '../../src/cluster/cluster.ts'
import type { HttpAnswer } from '../../src/cluster/http.ts'
import type { ApiObject, Cluster, WriteAnswer, WriteOptions } from '../../src/model/cluster-port.ts'
import { MigrationError } from '../../src/model/errors.ts'
import { fencedCluster } from '../../src/steps/fenced-cluster.ts'
import { acquireLease, type HeldLock } from '../../src/steps/lease.ts'
import { loginOf } from '../support/cluster-login.ts'
import { merged, type Loose } from '../steps/memory-objects.ts'
import { virtualClock, type VirtualClock } from '../steps/virtual-clock.ts'

const { signal } = new AbortController()
const minuteMs = 60_000
const pods = { resources: [{ name: 'pods/eviction', group: 'policy', version: 'v1' }] }
const answerOf = (status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(body),
})

interface Served {
  clock: VirtualClock
  cluster: Cluster
  /** Method and last part of the path of each request that the server has seen, and whatever else a test notes. */
  seen: string[]
}

/** A port on a clock of its own, to a server that answers as the test says; undefined = it is not there. */
function serve(answer: (request: { method: string; body: unknown }) => HttpAnswer | undefined): Served {
  const clock = virtualClock()
  const seen: string[] = []
  const client: Pick<ApiClient, 'login' | 'send' | 'close'> = {
    login: loginOf({ token: 't' }, { server: 'https://127.0.0.1:6443' }),
    async send({ method = 'GET', path, body }) {
      const answered = path === '/api/v1' ? answerOf(200, pods) : answer({ method, body })
      if (answered === undefined)
        throw new MigrationError('CLUSTER_UNREACHABLE', 'it is not there', { details: { sent: 'no' } })
      seen.push(`${method} ${path.split('/').at(-1)}`)
      return await Promise.resolve(answered)
    },
    close: () => undefined,
  }
  const cluster = openClusterPort(client as ApiClient, {
    clock: { nowMs: () => clock.monotonicMs(), sleep: clock.wait },
  })
  return { clock, cluster, seen }
}

const pod = { group: '', version: 'v1', resource: 'pods', namespace: 'a', name: 'p' }
const writes: Record<string, (cluster: Cluster, options: WriteOptions) => Promise<WriteAnswer>> = {
  patch: async (cluster, options) => await cluster.patch(pod, {}, options),
  create: async (cluster, options) => await cluster.create(pod, { metadata: { name: 'p' } }, options),
  remove: async (cluster, options) => await cluster.remove(pod, { uid: 'u', ...options }),
  evict: async (cluster, options) => await cluster.evict({ namespace: 'a', name: 'p', uid: 'u', ...options }),
}

describe('a write behind a fence', () => {
  it.each(Object.keys(writes))('is asked for before every single try: %s', async (kind) => {
    const { clock, cluster, seen } = serve(({ method }) => {
      if (clock.monotonicMs() < 20_000) return undefined
      const isBusy = method !== 'GET' && clock.monotonicMs() < 2 * minuteMs
      return isBusy ? answerOf(503, {}) : answerOf(200, { metadata: { name: 'p', uid: 'u' } })
    })
    const fence = async (): Promise<void> => {
      seen.push('fence')
      await Promise.resolve()
    }
    await cluster.evictionVersion(signal)
    const writing = writes[kind]!(cluster, { signal, fence })
    await clock.run(writing, 10 * minuteMs)
    expect(await writing).toMatchObject({ outcome: 'done' })
    const tries = seen.flatMap((what, at) => (/^(?:POST|PATCH|DELETE) /.test(what) ? [seen[at - 1]] : []))
    expect(tries.length).toBeGreaterThan(2)
    expect(new Set(tries)).toEqual(new Set(['fence']))
  })

  it('is held when the fence closes while the bucket is waited for, and has its patience still', async () => {
    const { clock, cluster, seen } = serve(() => {
      if (clock.monotonicMs() === 0) return answerOf(429, {}, { 'retry-after': '90' })
      return clock.monotonicMs() < 31 * minuteMs ? answerOf(503, {}) : answerOf(200, {})
    })
    const opened = Promise.withResolvers<void>()
    // It closes after a minute, for half an hour.
    const fence = async (): Promise<void> => {
      if (clock.monotonicMs() >= minuteMs) await opened.promise
    }
    clock.after(30 * minuteMs, opened.resolve)
    const first = cluster.patch(pod, {}, { signal, fence })
    await clock.run(clock.wait(1000, signal), 1000)
    expect(seen).toEqual(['PATCH p'])
    // The bucket is shut for the rest of the minute and a half.
    const second = cluster.remove(pod, { uid: 'u', signal, fence })
    await clock.run(clock.wait(28 * minuteMs, signal), 29 * minuteMs)
    expect(seen).toEqual(['PATCH p'])
    await clock.run(Promise.all([first, second]), 60 * minuteMs)
    expect([(await first).outcome, (await second).outcome]).toEqual(['done', 'done'])
  })
})

describe('writes that wait at a closed fence', () => {
  it('leave the bucket to what is written without one, as the lease is', async () => {
    const { clock, cluster, seen } = serve(() => answerOf(200, {}))
    const opened = Promise.withResolvers<void>()
    const fence = async (): Promise<void> => await opened.promise
    const held = Array.from({ length: 500 }, async () => await cluster.patch(pod, {}, { signal, fence }))
    const free = cluster.remove(pod, { uid: 'u', signal })
    expect(await clock.run(free, 0)).toBe(true)
    expect(seen).toEqual(['DELETE p'])
    opened.resolve()
    await clock.run(Promise.all(held), minuteMs)
    expect(seen).toHaveLength(501)
  })
})

describe('an eviction that is asked for while the network is away', () => {
  /** The lease of ann, who evicts from 50 s on; the network is away until the sixth minute. */
  async function evictWhileAway(): Promise<
    Served & { server: { lease: Loose }; lease: HeldLock; evicting: Promise<WriteAnswer> }
  > {
    const server = {
      isAway: false,
      version: 1,
      lease: { metadata: { name: 'osferry-run', resourceVersion: '1' } } as Loose,
    }
    const served = serve(({ method, body }) => {
      if (server.isAway) return undefined
      if (method === 'POST') return answerOf(201, {})
      if (method === 'GET') return answerOf(200, server.lease)
      const patch = body as ApiObject & { metadata: { resourceVersion: string } }
      if (patch.metadata.resourceVersion !== server.lease.metadata['resourceVersion'])
        return answerOf(409, { kind: 'Status', reason: 'Conflict', code: 409 })
      server.version += 1
      server.lease = merged(server.lease, patch)
      server.lease = merged(server.lease, { metadata: { resourceVersion: `${server.version}` } })
      return answerOf(200, server.lease)
    })
    const { clock, cluster, seen } = served
    const taking = acquireLease(
      { cluster, clock, wait: clock.wait },
      { name: 'osferry-run', holder: 'ann', heldBy: 'at work', onSilent: () => undefined },
      signal,
    )
    await clock.run(taking, minuteMs)
    const lease = await taking
    await cluster.evictionVersion(signal)
    server.isAway = true
    await clock.run(clock.wait(50_000, signal), 50_000)
    clock.after(300_000, () => (server.isAway = false))
    seen.length = 0
    const request = { namespace: 'a', name: 'p', uid: 'u', signal: lease.lost }
    const evicting = fencedCluster(cluster, lease).evict(request)
    evicting.catch(() => undefined)
    return { ...served, server, lease, evicting }
  }

  it('is sent only when the lease has been renewed', async () => {
    const { clock, seen, lease, evicting } = await evictWhileAway()
    await clock.run(evicting, 20 * minuteMs)
    expect((await evicting).outcome).toBe('done')
    // The first renewal was asked for before the cut: it says nothing of now.
    expect(seen).toEqual(['PATCH osferry-run', 'PATCH osferry-run', 'POST eviction'])
    await clock.run(lease.release(signal), 21 * minuteMs)
  })

  it('is not sent when another osferry has taken the lease meanwhile', async () => {
    const { clock, seen, server, evicting } = await evictWhileAway()
    clock.after(3 * minuteMs, () => {
      server.lease = merged(server.lease, { metadata: { resourceVersion: 'of bob' } })
      server.lease = merged(server.lease, { spec: { holderIdentity: 'bob' } })
    })
    await clock.run(evicting, 20 * minuteMs)
    await expect(evicting).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
    await clock.run(clock.wait(20 * minuteMs, signal), 60 * minuteMs)
    expect(seen).toEqual(['PATCH osferry-run', 'GET osferry-run'])
  })
})
