import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { MigrationError, type ErrorCode } from '../../src/model/errors.ts'
import type { NodeGuard } from '../../src/model/node-guard.ts'
import { fencedCluster } from '../../src/steps/fenced-cluster.ts'
import { acquireLease, type HeldLock } from '../../src/steps/lease.ts'
import { nodeLeaseName } from '../../src/cli/node-lease-name.ts'
import { nodeLeases } from '../../src/steps/node-leases.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

const { signal } = new AbortController()
const name = 'osferry-run'
const minuteMs = 60_000

/** A cluster that has a lease that nobody holds, and renewals that fail as long as the test says so. */
function clusterWithLease(lease = name): {
  clock: VirtualClock
  memory: MemoryCluster
  cluster: Cluster
  fail: { code: ErrorCode | undefined }
} {
  const clock = virtualClock()
  const memory = memoryCluster(clock, { nodes: [], apps: [] })
  memory.put('leases', { metadata: { name: lease }, spec: { holderIdentity: '' } })
  const fail: { code: ErrorCode | undefined } = { code: undefined }
  const cluster: Cluster = {
    ...memory,
    create: async () => await Promise.resolve({ outcome: 'conflict', message: 'it is there' }),
    async patch(ref, patch, options) {
      if (fail.code !== undefined) throw new MigrationError(fail.code, 'the server does not answer')
      return await memory.patch(ref, patch, options)
    },
  }
  return { clock, memory, cluster, fail }
}

async function acquire(
  { clock, cluster }: { clock: VirtualClock; cluster: Cluster },
  holder = 'ann@one (run 1)',
  gone: ReadonlySet<string> = new Set(),
): Promise<HeldLock> {
  const taking = acquireLease(
    { cluster, clock, wait: clock.wait },
    { name, holder, gone, heldBy: 'somebody is at work', onSilent: () => undefined },
    signal,
  )
  await clock.run(taking, clock.monotonicMs() + minuteMs)
  return await taking
}

/** Takes the lease as bob, whose clock differs, and tells how long it took and from whom it was asked for silence. */
async function takeAsBob(
  { clock, cluster }: { clock: VirtualClock; cluster: Cluster },
  aheadMs: number,
): Promise<{ tookMs: number; silent: string[] }> {
  const silent: string[] = []
  const fromMs = clock.monotonicMs()
  const bobs = {
    monotonicMs: () => clock.monotonicMs(),
    now: () => new Date(Date.parse(clock.now()) + aheadMs).toISOString(),
  }
  const onSilent = (holder: string): number => silent.push(holder)
  const taking = acquireLease(
    { cluster, clock: bobs, wait: clock.wait },
    { name, holder: 'bob@two (run 2)', heldBy: 'somebody is at work', onSilent },
    signal,
  )
  await clock.run(taking, clock.monotonicMs() + 10 * minuteMs)
  await taking
  return { tookMs: clock.monotonicMs() - fromMs, silent }
}

/** Lets the time go on to a minute of the clock. */
async function until(clock: VirtualClock, minute: number): Promise<void> {
  const end = minute * minuteMs
  await clock.run(clock.wait(end - clock.monotonicMs(), signal), end)
}

describe('a lease that cannot be renewed', () => {
  it.each<ErrorCode>(['CLUSTER_UNREACHABLE', 'CLUSTER_TIMEOUT', 'CLUSTER_OVERLOADED'])(
    'is not lost by %s, however long, and holds back what writes until it is renewed',
    async (code) => {
      const world = clusterWithLease()
      const lease = await acquire(world)
      world.fail.code = code
      await until(world.clock, 45)
      expect(lease.lost.aborted).toBe(false)
      let isSecured = false
      const secured = lease.secured(signal).then(() => (isSecured = true))
      await until(world.clock, 50)
      expect(isSecured).toBe(false)
      world.fail.code = undefined
      await world.clock.run(secured, 55 * minuteMs)
      expect([isSecured, lease.lost.aborted]).toEqual([true, false])
      await world.clock.run(lease.release(signal), 60 * minuteMs)
    },
  )

  it('is lost when somebody else has taken it while the server was away', async () => {
    const world = clusterWithLease()
    const lease = await acquire(world)
    world.fail.code = 'CLUSTER_UNREACHABLE'
    await until(world.clock, 20)
    const taken = world.memory.object('leases', name)!
    world.memory.put('leases', { ...taken, spec: { ...taken.spec, holderIdentity: 'bob@two (run 2)' } })
    world.fail.code = undefined
    await until(world.clock, 21)
    expect(lease.lost.reason).toMatchObject({ code: 'CLUSTER_LOCKED' })
  })

  it('is lost when it was deleted, and when the rights to renew it were taken', async () => {
    const deleted = clusterWithLease()
    const gone = await acquire(deleted)
    deleted.memory.take('leases', name)
    await until(deleted.clock, 2)
    expect(gone.lost.reason).toMatchObject({ code: 'CLUSTER_LOCKED' })
    const refused = clusterWithLease()
    const lease = await acquire(refused)
    refused.fail.code = 'CLUSTER_FORBIDDEN'
    await until(refused.clock, 2)
    expect(lease.lost.reason).toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
  })

  it('of a node does not end the run while the server is away', async () => {
    const world = clusterWithLease(nodeLeaseName('node-1'))
    const { clock, cluster, fail } = world
    const guard = nodeLeases(
      { cluster, clock, wait: clock.wait },
      {
        holder: 'ann@one (run 1)',
        nodes: new Set(['node-1']),
        leaseOf: nodeLeaseName,
        onSilent: () => undefined,
      },
    )
    const entering = guard.enter('node-1', signal)
    await clock.run(entering, minuteMs)
    fail.code = 'CLUSTER_UNREACHABLE'
    await until(clock, 45)
    expect(guard.lost.aborted).toBe(false)
    fail.code = undefined
    await until(clock, 46)
    expect(guard.lost.aborted).toBe(false)
    await clock.run(guard.leave('node-1'), 47 * minuteMs)
  })
})

describe('the lease of a node', () => {
  it('is taken at once from an earlier process that is no more, and is waited for from any other', async () => {
    const world = clusterWithLease(nodeLeaseName('node-1'))
    const { clock, cluster, memory } = world
    const enter = async (holder: string, gone: readonly string[]): Promise<NodeGuard> => {
      const guard = nodeLeases(
        { cluster, clock, wait: clock.wait },
        {
          holder,
          gone: new Set(gone),
          nodes: new Set(['node-1']),
          leaseOf: nodeLeaseName,
          onSilent: () => undefined,
        },
      )
      const entering = guard.enter('node-1', signal)
      await clock.run(entering, clock.monotonicMs() + minuteMs)
      await entering
      return guard
    }
    await enter('ann@one (run 1, a)', [])
    await expect(enter('ann@one (run 1, b)', [])).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
    const fromMs = clock.monotonicMs()
    await enter('ann@one (run 1, c)', ['ann@one (run 1, a)'])
    expect(clock.monotonicMs() - fromMs).toBeLessThan(1000)
    expect(memory.object('leases', nodeLeaseName('node-1'))?.spec).toMatchObject({
      holderIdentity: 'ann@one (run 1, c)',
    })
  })
})

describe('a lease whose holder has slept', () => {
  it.each([
    ['a sleep of an hour', 3_600_000, 1],
    ['a clock that was set forward to the end of the lease', minuteMs, 1],
    ['one that was set forward a little', minuteMs - 1000, 0],
    ['one that was set back', -3_600_000, 0],
  ])('is renewed at once before anything is written, and once: %s', async (_, jumpMs, renewals) => {
    const world = clusterWithLease()
    const { clock } = world
    const lease = await acquire(world)
    const taken = world.memory.object('leases', name)
    const fromMs = clock.monotonicMs()
    clock.jump(jumpMs)
    for (let write = 0; write < 3; write += 1) {
      const secured = lease.secured(signal)
      expect(await clock.run(secured, fromMs + 1000)).toBe(true)
    }
    const versions = [taken, world.memory.object('leases', name)].map((lease) =>
      Number(lease?.metadata['resourceVersion']),
    )
    expect(versions[1]! - versions[0]!).toBe(renewals)
    await until(clock, 10)
    expect(lease.lost.aborted).toBe(false)
  })

  it('lets nothing be written any more when somebody else has taken it meanwhile', async () => {
    const world = clusterWithLease()
    const { clock, memory } = world
    const lease = await acquire(world)
    const fromMs = clock.monotonicMs()
    clock.jump(3_600_000)
    const taken = memory.object('leases', name)!
    memory.put('leases', { ...taken, spec: { ...taken.spec, holderIdentity: 'bob@two (run 2)' } })
    const request = { namespace: 'a', name: 'pod', uid: 'u', signal: lease.lost }
    const evicting = fencedCluster(world.cluster, lease).evict(request)
    await clock.run(evicting, fromMs + 1000)
    await expect(evicting).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
    expect(memory.sent).toEqual([])
  })

  it('is renewed once more when a renewal had been asked for before the sleep', async () => {
    const world = clusterWithLease()
    const { clock, cluster } = world
    const answers: PromiseWithResolvers<void>[] = []
    let isSlow = false
    const slow: Cluster = {
      ...cluster,
      async patch(...asked) {
        const answer = Promise.withResolvers<void>()
        answers.push(answer)
        if (isSlow) await answer.promise
        return await cluster.patch(...asked)
      },
    }
    const lease = await acquire({ clock, cluster: slow })
    isSlow = true
    await clock.run(clock.wait(21_000, signal), 21_100)
    expect(answers).toHaveLength(2)
    clock.jump(3_600_000)
    isSlow = false
    let isSecured = false
    const secured = lease.secured(signal).then(() => (isSecured = true))
    await clock.run(clock.wait(1000, signal), clock.monotonicMs() + 1000)
    expect([isSecured, answers.length]).toEqual([false, 2])
    answers[1]?.resolve()
    expect(await clock.run(secured, clock.monotonicMs() + 1000)).toBe(true)
    expect(answers).toHaveLength(3)
  })

  it('can be written behind at once when the one before had to be looked at for a minute', async () => {
    const world = clusterWithLease()
    const { clock, memory } = world
    memory.put('leases', { metadata: { name }, spec: { holderIdentity: 'dead' } })
    const taking = acquireLease(
      { cluster: world.cluster, clock, wait: clock.wait },
      { name, holder: 'ann', heldBy: 'somebody is at work', onSilent: () => undefined },
      signal,
    )
    await clock.run(taking, 2 * minuteMs)
    const lease = await taking
    const takenMs = clock.monotonicMs()
    expect(takenMs).toBeGreaterThan(minuteMs)
    expect(await clock.run(lease.secured(signal), takenMs + 1000)).toBe(true)
  })
})

describe('a lease that seems to have ended', () => {
  it.each([2, 16.5, 600])(
    'is not taken from somebody who renews it, with a clock %d minutes ahead',
    async (minutes) => {
      const world = clusterWithLease()
      const lease = await acquire(world)
      await until(world.clock, 3)
      await expect(takeAsBob(world, minutes * minuteMs)).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
      await until(world.clock, 20)
      expect(lease.lost.aborted).toBe(false)
    },
  )

  it.each<[string, string | undefined]>([
    ['that was renewed years ago', '2020-01-01T00:00:00.000000Z'],
    ['without a time of renewal', undefined],
    ['with a time that is none', 'yesterday'],
  ])('%s is looked at for as long as it is valid before it is taken', async (_, renewTime) => {
    const world = clusterWithLease()
    const spec = { holderIdentity: 'ann', leaseDurationSeconds: 90, renewTime }
    world.memory.put('leases', { metadata: { name }, spec })
    const { tookMs, silent } = await takeAsBob(world, 0)
    expect([silent, Math.floor(tookMs / 1000)]).toEqual([['ann'], 90])
    expect(world.memory.object('leases', name)?.spec).toMatchObject({ holderIdentity: 'bob@two (run 2)' })
  })

  it('is not taken when its holder renews it, though it has no time', async () => {
    const world = clusterWithLease()
    const held = { metadata: { name }, spec: { holderIdentity: 'ann' } }
    world.memory.put('leases', held)
    world.clock.after(58_000, () => world.memory.put('leases', held))
    await expect(takeAsBob(world, 0)).rejects.toMatchObject({ code: 'CLUSTER_LOCKED' })
    expect(world.memory.object('leases', name)?.spec).toMatchObject({ holderIdentity: 'ann' })
  })
})

describe('the Leases of nodes with very long names', () => {
  it('are taken and kept by one run side by side', async () => {
    const nodes = ['a', 'b'].map((last) => `${'x'.repeat(60)}.`.repeat(4) + last)
    const { clock, memory, cluster } = clusterWithLease()
    const names = nodes.map(nodeLeaseName)
    for (const name of names) memory.put('leases', { metadata: { name }, spec: { holderIdentity: '' } })
    const guard = nodeLeases(
      { cluster, clock, wait: clock.wait },
      { holder: 'ann', nodes: new Set(nodes), leaseOf: nodeLeaseName, onSilent: () => undefined },
    )
    for (const node of nodes) await clock.run(guard.enter(node, signal), minuteMs)
    await until(clock, 5)
    expect(guard.lost.aborted).toBe(false)
    const holders = (): unknown[] =>
      names.map((name) => memory.object('leases', name)?.spec?.['holderIdentity'])
    expect(holders()).toEqual(['ann', 'ann'])
    await clock.run(guard.leave(nodes[0]!), 6 * minuteMs)
    expect(holders()).toEqual([undefined, 'ann'])
  })
})

describe('a lease that is taken again under the same name', () => {
  it('is taken at once, and lost by the process that had it before', async () => {
    const world = clusterWithLease()
    const before = await acquire(world)
    await until(world.clock, 1)
    const successor = await acquire(world)
    expect(world.clock.monotonicMs()).toBeLessThan(minuteMs + 1000)
    await until(world.clock, 3)
    expect(before.lost.reason).toMatchObject({ code: 'CLUSTER_LOCKED' })
    expect(successor.lost.aborted).toBe(false)
    await world.clock.run(before.release(signal), 4 * minuteMs)
    expect(world.memory.object('leases', name)?.spec).toMatchObject({ holderIdentity: 'ann@one (run 1)' })
  })

  it('is taken at once from a process that is known to be no more, and from nobody else', async () => {
    const world = clusterWithLease()
    await acquire(world)
    const other = 'ann@one (run 2)'
    await expect(acquire(world, other, new Set(['ann@one (run 0)']))).rejects.toMatchObject({
      code: 'CLUSTER_LOCKED',
    })
    const fromMs = world.clock.monotonicMs()
    await acquire(world, other, new Set(['ann@one (run 1)']))
    expect(world.clock.monotonicMs() - fromMs).toBeLessThan(1000)
    expect(world.memory.object('leases', name)?.spec).toMatchObject({ holderIdentity: other })
  })

  it('names who has taken it', async () => {
    const world = clusterWithLease()
    const lease = await acquire(world)
    const held = world.memory.object('leases', name)!
    world.memory.put('leases', { ...held, spec: { ...held.spec, holderIdentity: 'thief@elsewhere' } })
    await until(world.clock, 3)
    expect(lease.lost.reason).toMatchObject({
      code: 'CLUSTER_LOCKED',
      message: expect.stringContaining('thief@elsewhere') as string,
    })
  })

  it('is kept when a renewal reached the server without its answer', async () => {
    const world = clusterWithLease()
    const lease = await acquire(world)
    const held = world.memory.object('leases', name)!
    world.memory.put('leases', { ...held, metadata: { ...held.metadata, annotations: { renewed: 'yes' } } })
    await until(world.clock, 3)
    expect(lease.lost.aborted).toBe(false)
  })
})
