import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { MigrationError } from '../../src/model/errors.ts'
import { programAnnotation } from '../../src/model/program-mark.ts'
import { nodeLeaseName } from '../../src/cli/node-lease-name.ts'
import { nodeLeases, type NodeLeases } from '../../src/steps/node-leases.ts'
import { memoryCluster } from './memory-cluster.ts'
import { virtualClock } from './virtual-clock.ts'

const { signal } = new AbortController()
const name = nodeLeaseName('node-1')
const minuteMs = 60_000

interface LeaseNow {
  holder: unknown
  mark: unknown
}

/** A node whose lease was held before, and a server that can be away, or answer only when it has written. */
function setup() {
  const clock = virtualClock()
  const memory = memoryCluster(clock, { nodes: [], apps: [] })
  memory.put('leases', { metadata: { name }, spec: { holderIdentity: '' } })
  const server = { isAway: false, losesAnswers: false, writes: 0 }
  const cluster: Cluster = {
    ...memory,
    create: async () => await Promise.resolve({ outcome: 'conflict', message: 'it is there' }),
    async patch(ref, patch, options) {
      if (server.isAway) throw new MigrationError('CLUSTER_UNREACHABLE', 'the server does not answer')
      server.writes += 1
      const answer = await memory.patch(ref, patch, options)
      if (server.losesAnswers) throw new MigrationError('CLUSTER_TIMEOUT', 'the answer was lost')
      return answer
    },
  }
  async function inTime<T>(work: Promise<T>, mostMs = minuteMs): Promise<T> {
    await clock.run(work, clock.monotonicMs() + mostMs)
    return await work
  }
  const guardOf = (holder: string, isAtWork?: (node: string, mark: string) => Promise<boolean>): NodeLeases =>
    nodeLeases(
      { cluster, clock, wait: clock.wait },
      {
        holder,
        nodes: new Set(['node-1']),
        leaseOf: nodeLeaseName,
        onSilent: () => undefined,
        ...(isAtWork === undefined ? {} : { isAtWork }),
      },
    )
  return {
    clock,
    memory,
    server,
    inTime,
    guardOf,
    enter: async (...given: Parameters<typeof guardOf>): Promise<NodeLeases> => {
      const guard = guardOf(...given)
      await inTime(guard.enter('node-1', signal))
      return guard
    },
    now: (): LeaseNow => {
      const { metadata, spec } = memory.object('leases', name)!
      const annotations = metadata['annotations'] as Record<string, string> | undefined
      return { holder: spec?.['holderIdentity'] ?? '', mark: annotations?.[programAnnotation] }
    },
    sleep: async (ms: number) => await clock.run(clock.wait(ms, signal), clock.monotonicMs() + ms),
  }
}

describe('the mark of a program on the lease of its node', () => {
  it('stands there before the program may start, is kept by renewals, and stays when the node is left', async () => {
    const { enter, inTime, now, sleep } = setup()
    const ann = await enter('ann')
    await inTime(ann.mark('node-1', 'begins', signal))
    expect(now()).toEqual({ holder: 'ann', mark: 'begins' })
    await sleep(5 * minuteMs)
    expect(now()).toEqual({ holder: 'ann', mark: 'begins' })
    ann.remark('node-1', 'begun')
    await inTime(ann.leave('node-1'))
    expect(now()).toEqual({ holder: '', mark: 'begun' })
  })

  it('is gone when the program has ended, at the latest with the lease', async () => {
    const { enter, inTime, now, sleep, server } = setup()
    const ann = await enter('ann')
    await inTime(ann.mark('node-1', 'begins', signal))
    ann.remark('node-1', null)
    await sleep(1000)
    expect(now()).toEqual({ holder: 'ann', mark: undefined })
    await inTime(ann.mark('node-1', 'again', signal))
    server.isAway = true
    ann.remark('node-1', null)
    await sleep(minuteMs)
    expect(now().mark).toBe('again')
    server.isAway = false
    await inTime(ann.leave('node-1'))
    expect(now()).toEqual({ holder: '', mark: undefined })
  })

  it('is waited for while the server is away, and not put any more when nobody waits', async () => {
    const { enter, inTime, now, sleep, server } = setup()
    const ann = await enter('ann')
    server.isAway = true
    let isThere = false
    const marking = ann.mark('node-1', 'begins', signal).then(() => (isThere = true))
    await sleep(10 * minuteMs)
    expect([isThere, ann.lost.aborted]).toEqual([false, false])
    server.isAway = false
    await inTime(marking)
    expect(now().mark).toBe('begins')
    ann.remark('node-1', null)
    server.isAway = true
    const person = new AbortController()
    const cut = ann.mark('node-1', 'never', person.signal)
    await sleep(1000)
    person.abort(new Error('Ctrl-C'))
    await expect(cut).rejects.toThrow('Ctrl-C')
    server.isAway = false
    await sleep(minuteMs)
    expect([now(), ann.lost.aborted]).toEqual([{ holder: 'ann', mark: undefined }, false])
  })

  it('is not put on a lease that somebody else has taken meanwhile, and the lock is lost', async () => {
    const { enter, inTime, memory, now } = setup()
    const ann = await enter('ann')
    const held = memory.object('leases', name)!
    memory.put('leases', { ...held, spec: { ...held.spec, holderIdentity: 'bob' } })
    await expect(inTime(ann.mark('node-1', 'begins', signal))).rejects.toMatchObject({
      code: 'CLUSTER_LOCKED',
    })
    expect([now(), ann.lost.aborted]).toEqual([{ holder: 'bob', mark: undefined }, true])
  })

  it('is taken away although answers are lost on the way', async () => {
    const { enter, inTime, now, server } = setup()
    const ann = await enter('ann')
    await inTime(ann.mark('node-1', 'begins', signal))
    server.losesAnswers = true
    ann.remark('node-1', null)
    await inTime(ann.leave('node-1'))
    expect(now().mark).toBeUndefined()
  })

  it('keeps another holder from taking the lease before anything is written, held or let go', async () => {
    const { enter, inTime, now, guardOf, server, sleep } = setup()
    const ann = await enter('ann')
    await inTime(ann.mark('node-1', 'of ann', signal))
    await inTime(ann.leave('node-1'))
    const { writes } = server
    const asked: string[] = []
    const refuse = async (...about: string[]): Promise<boolean> => {
      asked.push(...about)
      return await Promise.reject(new MigrationError('PROGRAM_AT_WORK', 'it is at work'))
    }
    const bob = guardOf('bob', refuse)
    const refused = { code: 'PROGRAM_AT_WORK' }
    await expect(inTime(bob.enter('node-1', signal))).rejects.toMatchObject(refused)
    expect([asked, server.writes, now()]).toEqual([
      ['node-1', 'of ann'],
      writes,
      { holder: '', mark: 'of ann' },
    ])
    // Nor when its holder was killed, and his lease has ended.
    const again = await enter('ann')
    server.isAway = true
    await sleep(2 * minuteMs)
    expect(again.lost.aborted).toBe(false)
    await expect(inTime(bob.enter('node-1', signal), 3 * minuteMs)).rejects.toMatchObject(refused)
  })

  it.each([
    [true, 'of ann'],
    [false, undefined],
  ])('goes with the taking of the lease when the program has ended: at work %s', async (isThere, mark) => {
    const { enter, inTime, now } = setup()
    const ann = await enter('ann')
    await inTime(ann.mark('node-1', 'of ann', signal))
    await inTime(ann.leave('node-1'))
    await enter('bob', async () => await Promise.resolve(isThere))
    expect(now()).toEqual({ holder: 'bob', mark })
  })

  it('is nothing for a host that has no lease', async () => {
    const { enter, server } = setup()
    const ann = await enter('ann')
    const { writes } = server
    await ann.mark('host-9', 'begins', signal)
    ann.remark('host-9', null)
    expect(server.writes).toBe(writes)
  })
})
