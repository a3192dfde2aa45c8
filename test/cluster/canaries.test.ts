import { describe, expect, it } from 'vitest'
import { canariesIn } from '../support/canaries.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'

/** Where the recorded server had a secret in what it answered. */
const planted = [
  'env',
  'arg',
  'command',
  'probe',
  'annotation',
  'template-annotation',
  'last-applied',
  'condition',
  'storage-class',
  'volume-attribute',
  'schema',
]

describe.each<Release>(['oldest', 'newest'])('what the %s supported server tells of secrets', (release) => {
  const recording = recordingOf(release)

  it.each(planted)('is there in the answers: %s', (where) => {
    expect(JSON.stringify(recording)).toContain(`CANARY-${where}`)
  })

  it('is nowhere in the snapshot', async () => {
    const { text } = await savedSnapshot(recordedReader(recording))
    expect(canariesIn(text)).toEqual([])
    expect(text).not.toContain('last-applied')
  })

  it('is not asked for: no Secret and no ConfigMap is read', async () => {
    const asked = new Set<string>()
    await savedSnapshot(recordedReader(recording, {}, asked))
    expect(asked).not.toContain('secrets')
    expect(asked).not.toContain('configmaps')
    expect(asked.size).toBe(22)
  })
})

describe('an object with secrets where people put them', () => {
  it('loses the value of an annotation whose key says that it is one', async () => {
    const recording = recordingOf('oldest')
    const { lists } = await savedSnapshot(recordedReader(recording))
    expect(lists.nodes[0]?.annotations['example.com/db-password']).toBe('***')
    expect(lists.nodes[0]?.annotations['example.com/rack']).toBe('r0')
  })
})
