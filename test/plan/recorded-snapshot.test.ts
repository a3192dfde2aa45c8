import { describe, expect, it } from 'vitest'
import { planWaves } from '../../src/plan/plan-waves.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { movedHost, namesOf, reasonsOf, waveOptions } from '../support/wave-fixture.ts'

describe.each<Release>(['oldest', 'newest'])('waves on a snapshot of the %s supported server', (release) => {
  it('leave out the node whose budget lets nobody go, and move the other', async () => {
    const { lists, end } = await savedSnapshot(recordedReader(recordingOf(release)))
    const stuck = lists.pods.find(({ name }) => name === 'db-0')?.node ?? ''
    const other = lists.nodes.map(({ name }) => name).filter((name) => name !== stuck)
    const plan = planWaves({
      cluster: { ...lists, gaps: end.gaps },
      hosts: lists.nodes.map(({ name }) => movedHost(name, { disk: 'kept' })),
      options: waveOptions(),
    })
    expect(reasonsOf(plan, stuck)).toBe(
      'The budget shop/db (minAvailable 1) lets no pod go even when all are well; 1 pod here: shop/db-0. Run one replica more, or set maxUnavailable to 1 for the time of the move.',
    )
    expect(namesOf(plan)).toEqual([other])
  })
})
