import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessRights } from '../../src/model/cluster-access.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import type { Recording } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'

const recordings = { oldest: recordingOf('oldest'), newest: recordingOf('newest') }
const releases = ['oldest', 'newest'] as const

describe.each(releases)('answers of the %s server with more in them than we know', (release) => {
  it('give the same snapshot', async () => {
    const plain = await savedSnapshot(recordedReader(recordings[release]))
    const later = structuredClone(recordings[release])
    for (const { items } of Object.values(later.resources)) items.forEach(addUnknown)
    const taken = await savedSnapshot(recordedReader(later))
    expect(taken.lists).toEqual(plain.lists)
    expect(taken.end).toEqual(plain.end)
  })
})

/** A field of a later version in every object that is no map of labels and such, and is no volume, whose kinds are fields. */
function addUnknown(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach(addUnknown)
  for (const [key, inner] of Object.entries(value))
    if (
      !/abels|nnotations|elector$|opology$|equests|imits|apacity|llocatable|podFixed|sources|volumes$/.test(
        key,
      )
    )
      addUnknown(inner)
  const isVolumeSpec = 'persistentVolumeReclaimPolicy' in value
  if (!isVolumeSpec) Object.assign(value, { ofALaterVersion: { deep: ['CANARY'] } })
}

describe('answers that are broken', () => {
  it('never end the snapshot: each object is a record or a gap', async () => {
    const { oldest } = recordings
    const keys = Object.keys(oldest.resources)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 }), async (key, junk) => {
        const resource = oldest.resources[key]
        const broken: Recording = {
          ...oldest,
          resources: {
            ...oldest.resources,
            [key]: { versions: [...(resource?.versions ?? [])], items: [junk] },
          },
        }
        const { end } = await savedSnapshot(recordedReader(broken))
        expect(end.gaps).toMatchObject([{ reason: 'unparsable', objects: 1 }])
      }),
      { numRuns: 60 },
    )
  })

  it('may lose any optional part, as Go leaves out or nulls what is empty', async () => {
    const { newest } = recordings
    const pods = (newest.resources['pods']?.items ?? []) as { spec: Record<string, unknown> }[]
    const fields = [...new Set(pods.flatMap(({ spec }) => Object.keys(spec)))]
    await fc.assert(
      fc.asyncProperty(fc.subarray(fields), fc.boolean(), async (chosen, asNull) => {
        const changed = structuredClone(newest)
        for (const { spec } of (changed.resources['pods']?.items ?? []) as {
          spec: Record<string, unknown>
        }[])
          for (const field of chosen) {
            if (asNull) spec[field] = null
            else delete spec[field]
          }
        const { end } = await savedSnapshot(recordedReader(changed))
        expect([end.gaps, end.counts.pods]).toEqual([[], 9])
      }),
      { numRuns: 30 },
    )
  })

  it('may hold numbers of 64 bits', async () => {
    const changed = structuredClone(recordings.oldest)
    for (const { spec } of (changed.resources['pods']?.items ?? []) as { spec: Record<string, unknown> }[])
      spec['terminationGracePeriodSeconds'] = JSON.parse('9223372036854775807')
    const { end, lists } = await savedSnapshot(recordedReader(changed))
    expect(end.gaps).toEqual([])
    expect(lists.pods[0]?.gracePeriodSeconds).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('what a snapshot lists', () => {
  it.each(releases)('is what its role grants, no more and no less: %s', async (release) => {
    const asked = new Set<string>()
    await savedSnapshot(recordedReader(recordings[release], {}, asked))
    const granted = accessRights().filter(({ tasks, verb }) => tasks.includes('snapshot') && verb === 'list')
    const names = granted.map(({ group, resource }) => (group === '' ? resource : `${resource}.${group}`))
    expect([...asked].sort()).toEqual(names.sort())
  })
})
