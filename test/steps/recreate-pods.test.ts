import { expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { recreatePods, type PodWait } from '../../src/steps/recreate-pods.ts'
import { virtualClock } from './virtual-clock.ts'

it('waits for all pods that are still ending together, and says for which and until when', async () => {
  const clock = virtualClock()
  const names = ['a', 'b', 'c']
  const ending = (name: string): object => ({ metadata: { name, uid: name, deletionTimestamp: 'now' } })
  // Held by a finalizer for ever.
  const get: Cluster['get'] = async ({ name }) => await Promise.resolve({ ...ending(name) })
  const cluster = { get } as Cluster
  const pods = names.map((name) => ({
    namespace: 'shop',
    name,
    uid: name,
    run: 'r',
    graceSeconds: 30,
    manifest: {},
  }))
  const waits: PodWait[] = []
  const { signal } = new AbortController()
  const working = recreatePods({ cluster, clock, wait: clock.wait }, pods, {
    signal,
    waitMs: 10_000,
    onWait: (wait) => waits.push(wait),
  })
  expect(await clock.run(working, 3_600_000)).toBe(true)
  expect((await working).map(({ name, result }) => [name, result])).toEqual(
    names.map((name) => [name, 'still-ending']),
  )
  expect(clock.monotonicMs()).toBe(40_000)
  expect(waits).toEqual(names.map((name) => ({ pod: `shop/${name}`, until: '2026-01-01T00:00:40.000Z' })))
})
