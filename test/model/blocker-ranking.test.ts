import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixOrder, rankBlockers } from '../../src/model/blocker-ranking.ts'

const blocked = (...blockers: string[]): { blockers: string[]; unknownOtherwise: boolean } => ({
  blockers,
  unknownOtherwise: false,
})

describe('fixOrder', () => {
  it('tells for each check how many hosts it blocks, and how many are free once it and those before it are fixed', () => {
    const hosts = [blocked('gpu'), blocked('space'), blocked('space'), blocked('space', 'gpu')]
    expect(fixOrder(hosts)).toEqual({
      blockedHosts: 4,
      rows: [
        { key: 'space', blocks: 3, unblockedSoFar: 2 },
        { key: 'gpu', blocks: 2, unblockedSoFar: 4 },
      ],
    })
  })

  it('frees no host before the last of two checks that block it together', () => {
    const pair = Array.from({ length: 5 }, () => blocked('a', 'b'))
    expect(fixOrder([...pair, blocked('c')]).rows).toEqual([
      { key: 'a', blocks: 5, unblockedSoFar: 0 },
      { key: 'b', blocks: 5, unblockedSoFar: 5 },
      { key: 'c', blocks: 1, unblockedSoFar: 6 },
    ])
  })
})

describe('rankBlockers', () => {
  it('names the fix that frees the most hosts first', () => {
    const { steps } = rankBlockers([
      blocked('gpu'),
      blocked('space'),
      blocked('space'),
      blocked('space', 'gpu'),
    ])
    expect(steps.map(({ fixes, hosts, hostsSoFar }) => [fixes, hosts, hostsSoFar])).toEqual([
      [['space'], 2, 2],
      [['gpu'], 2, 4],
    ])
  })

  it('sees that two fixes together free hosts that neither frees alone', () => {
    const pair = Array.from({ length: 5 }, () => blocked('a', 'b'))
    const { steps } = rankBlockers([...pair, blocked('c')])
    expect(steps[0]).toMatchObject({ fixes: ['a', 'b'], fixesSoFar: 2, hosts: 5 })
  })

  it('counts hosts with a blocker, and those for which it is the only one', () => {
    const { blockers } = rankBlockers([blocked('a'), blocked('a', 'b')])
    expect(blockers).toEqual([
      { key: 'a', hosts: 2, alone: 1 },
      { key: 'b', hosts: 1, alone: 0 },
    ])
  })

  it('tells how many would then be unknown and not ready', () => {
    const { steps } = rankBlockers([{ blockers: ['a'], unknownOtherwise: true }, blocked('a')])
    expect(steps).toEqual([{ fixes: ['a'], fixesSoFar: 1, hosts: 2, hostsSoFar: 2, unknownSoFar: 1 }])
  })

  it('frees every blocked host in the end, each once, and never names a fix twice', () => {
    const hosts = fc.array(
      fc.record({
        blockers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
        unknownOtherwise: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(hosts, (list) => {
        const { steps, blockedHosts } = rankBlockers(list)
        const fixes = steps.flatMap((step) => step.fixes)
        expect(blockedHosts).toBe(list.length)
        expect(steps.reduce((sum, step) => sum + step.hosts, 0)).toBe(list.length)
        expect(new Set(fixes).size).toBe(fixes.length)
        for (const { hostsSoFar, fixesSoFar } of steps) {
          const fixed = new Set(fixes.slice(0, fixesSoFar))
          expect(list.filter((host) => host.blockers.every((key) => fixed.has(key)))).toHaveLength(hostsSoFar)
        }
      }),
    )
  })
})
