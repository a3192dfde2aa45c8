import { describe, expect, it } from 'vitest'
import { keepsQuorum } from '../../src/model/etcd-quorum.ts'

describe('the majority of etcd', () => {
  /** Away for a while, or removed: the table of Cluster API. */
  it.each([
    { members: 1, unhealthy: 0, away: false, removed: false },
    { members: 2, unhealthy: 0, away: false, removed: true },
    { members: 3, unhealthy: 0, away: true, removed: true },
    { members: 3, unhealthy: 1, away: false, removed: false },
    { members: 4, unhealthy: 0, away: true, removed: true },
    { members: 5, unhealthy: 0, away: true, removed: true },
    { members: 5, unhealthy: 1, away: true, removed: true },
    { members: 5, unhealthy: 2, away: false, removed: false },
    { members: 7, unhealthy: 2, away: true, removed: true },
    { members: 7, unhealthy: 3, away: false, removed: false },
  ])(
    'of $members members with $unhealthy unhealthy others: away $away, removed $removed',
    ({ away, removed, ...etcd }) => {
      expect(keepsQuorum('kept', etcd)).toBe(away)
      expect(keepsQuorum('wiped', etcd)).toBe(removed)
    },
  )
})
