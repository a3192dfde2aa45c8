import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { archiveId } from '../../src/artifacts/archive-id.ts'
import { ArtifactKey } from '../../src/model/artifact-key.ts'

const owner = fc.record({
  run: fc.string({ minLength: 1, maxLength: 60 }),
  node: fc.string({ minLength: 1, maxLength: 253 }),
  source: fc.string({ minLength: 1, maxLength: 5000, unit: 'binary' }),
  token: fc.string({ minLength: 1 }),
})

it('is a name of three parts that every store takes, and nobody else has', () => {
  fc.assert(
    fc.property(owner, owner, (one, other) => {
      const id = archiveId(one)
      expect(ArtifactKey.safeParse(`${id}/manifest.ndjson.gz`).error).toBeUndefined()
      expect(id.split('/')).toHaveLength(3)
      expect(archiveId({ ...one })).toBe(id)
      expect(archiveId(other) === id).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
  )
})

it('can be read, and is another one for another try of the node', () => {
  const one = {
    run: '20261121-154935-7k4q9z',
    node: 'node-1',
    source: 'local-volume:/mnt/a',
    token: 'r:node-1:5',
  }
  expect(archiveId(one)).toMatch(/^20261121-154935-7k4q9z\/node-1\/local-volume%3a%2fmnt%2fa~[0-9a-f]{16}$/)
  expect(archiveId({ ...one, token: 'r:node-1:5:2' })).not.toBe(archiveId(one))
})
