import { describe, expect, it } from 'vitest'
import { keepsQuorum } from '../../src/plan/etcd-quorum.ts'

describe('the majority of etcd', () => {
  /** Members, unhealthy ones among the others, away for a while, removed: the table of Cluster API. */
  it.each([
    [1, 0, false, false],
    [2, 0, false, true],
    [3, 0, true, true],
    [3, 1, false, false],
    [4, 0, true, true],
    [5, 0, true, true],
    [5, 1, true, true],
    [5, 2, false, false],
    [7, 2, true, true],
    [7, 3, false, false],
  ])('of %i members with %i unhealthy others: away %s, removed %s', (members, unhealthy, away, removed) => {
    expect(keepsQuorum('kept', { members, unhealthy })).toBe(away)
    expect(keepsQuorum('wiped', { members, unhealthy })).toBe(removed)
  })
})
