import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSnapshotName, nextSnapshotName, snapshotsInOrder } from '../../src/cli/snapshot-names.ts'

it('takes the snapshot that was taken last for the latest, whatever the clock says', () => {
  const time = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString())
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 30 }), (times) => {
      const taken: string[] = []
      for (const at of times) taken.push(nextSnapshotName(taken, at))
      expect(taken.every(isSnapshotName)).toBe(true)
      expect(snapshotsInOrder([...taken.toSorted(), 'plan.json'])).toEqual(taken)
    }),
  )
})

it('takes those of earlier versions, which have no number, for older', () => {
  const old = ['cluster-20261121T100000000Z.ndjson', 'cluster-20261121T090000000Z.ndjson']
  const next = nextSnapshotName(old, '2026-11-20T10:00:00.000Z')
  expect(next).toBe('cluster-0001-20261120T100000000Z.ndjson')
  expect(snapshotsInOrder([next, ...old])).toEqual([old[1], old[0], next])
})

it.each([
  'cluster-1-20261121T100000000Z.ndjson',
  '../cluster-0001-20261121T100000000Z.ndjson',
  'cluster.ndjson',
])('does not take %s for a snapshot', (name) => expect(isSnapshotName(name)).toBe(false))
