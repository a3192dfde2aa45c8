import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createHopLimits } from '../../src/hosts/hop-limits.ts'
import { failure, never } from '../support/ssh-host.ts'

describe('createHopLimits', () => {
  it('lets at most as many through one hop as allowed, also when it is part of several ways', async () => {
    const limits = createHopLimits(3)
    const inside = new Map<string, number>()
    let most = 0
    const ways = Array.from({ length: 30 }, (_, index) => ['bastion', `bastion host${index % 2}`])
    await Promise.all(
      ways.map((keys) =>
        limits.through({ host: 'h', keys, signal: never }, async () => {
          for (const key of keys) inside.set(key, (inside.get(key) ?? 0) + 1)
          most = Math.max(most, ...inside.values())
          await sleep(1)
          for (const key of keys) inside.set(key, (inside.get(key) ?? 0) - 1)
        }),
      ),
    )
    expect(most).toBe(3)
  })

  it('does not let one hop wait for another', async () => {
    const limits = createHopLimits(1)
    const blocked = Promise.withResolvers<void>()
    const first = limits.through({ host: 'a', keys: ['a'], signal: never }, () => blocked.promise)
    const passed = await limits.through({ host: 'b', keys: ['b'], signal: never }, async () => 'through')
    expect(passed).toBe('through')
    blocked.resolve()
    await first
  })

  it('stops waiting when the caller gives up, and passes errors on', async () => {
    const limits = createHopLimits(1)
    const blocked = Promise.withResolvers<void>()
    const first = limits.through({ host: 'a', keys: ['a'], signal: never }, () => blocked.promise)
    const aborter = new AbortController()
    let ran = false
    const second = failure(
      limits.through({ host: 'b', keys: ['a'], signal: aborter.signal }, async () => {
        ran = true
      }),
    )
    aborter.abort()
    expect((await second).code).toBe('INTERRUPTED')
    blocked.reject(new Error('boom'))
    await expect(first).rejects.toThrow('boom')
    expect(ran).toBe(false)
  })
})
