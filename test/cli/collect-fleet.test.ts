import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { collectFleet } from '../../src/cli/collect-fleet.ts'
import type { FleetEvent, FleetOptions } from '../../src/cli/collect-fleet.ts'
import type { HostFacts } from '../../src/model/facts.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'

function hostsNamed(...names: string[]): ResolvedHost[] {
  return names.map((name) => ({
    name,
    address: name,
    groups: [],
    labels: {},
    ssh: {} as ResolvedHost['ssh'],
    origin: { file: 'inventory.yaml', line: 1 },
  }))
}

function factsOf({ name }: ResolvedHost): HostFacts {
  const now = '2026-11-21T00:00:00.000Z'
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    host: { name, address: name, groups: [], labels: {} },
    collection: { startedAt: now, finishedAt: now, via: 'ssh2', set: 'full', privilege: 'root' },
    status: 'complete',
    facts: {},
  }
}

function optionsWith(options: Partial<FleetOptions>): FleetOptions {
  return {
    concurrency: 2,
    work: (host) => Promise.resolve(factsOf(host)),
    save: () => Promise.resolve(),
    onEvent: () => undefined,
    monotonicMs: () => 0,
    stop: new AbortController().signal,
    ...options,
  }
}

describe('collectFleet', () => {
  it('never works on more hosts at once than allowed', async () => {
    let busy = 0
    let most = 0
    const names = Array.from({ length: 40 }, (_, index) => `h${index}`)
    await collectFleet(
      hostsNamed(...names),
      optionsWith({
        concurrency: 7,
        async work(host) {
          busy += 1
          most = Math.max(most, busy)
          await wait(1)
          busy -= 1
          return factsOf(host)
        },
      }),
    )
    expect(most).toBe(7)
  })

  it('lets a host that hangs hold its slot only', async () => {
    let release = (): void => undefined
    const hung = new Promise<void>((resolve) => {
      release = resolve
    })
    const saved: string[] = []
    const run = collectFleet(
      hostsNamed('hangs', 'a', 'b', 'c'),
      optionsWith({
        async work(host) {
          if (host.name === 'hangs') await hung
          return factsOf(host)
        },
        save({ host }) {
          saved.push(host.name)
          if (saved.length === 3) release()
          return Promise.resolve()
        },
      }),
    )
    expect(await run).toEqual([])
    expect(saved).toEqual(['a', 'b', 'c', 'hangs'])
  })

  it('starts no host after stop, saves those in work and names the rest', async () => {
    const stop = new AbortController()
    const saved: string[] = []
    const left = await collectFleet(
      hostsNamed('a', 'b', 'c', 'd'),
      optionsWith({
        stop: stop.signal,
        work(host) {
          stop.abort()
          return Promise.resolve(factsOf(host))
        },
        save({ host }) {
          saved.push(host.name)
          return Promise.resolve()
        },
      }),
    )
    expect([...saved, ...left]).toEqual(['a', 'b', 'c', 'd'])
    expect(left.length).toBeGreaterThanOrEqual(2)
  })

  it('ends when facts cannot be saved, with that error', async () => {
    const events: FleetEvent[] = []
    const run = collectFleet(
      hostsNamed('a', 'b', 'c'),
      optionsWith({
        concurrency: 1,
        save: () => Promise.reject(new Error('disk full')),
        onEvent: (event) => events.push(event),
      }),
    )
    await expect(run).rejects.toThrow('disk full')
    expect(events).toEqual([{ event: 'started', host: 'a' }])
  })
})
