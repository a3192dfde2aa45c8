import { expect, it } from 'vitest'
import { distributionKeys, isDistributionKey } from '../../src/model/distribution-keys.ts'

it('holds long key ids in the form of the facts, each with its source', () => {
  for (const { id, source } of distributionKeys) {
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(source).not.toBe('')
    expect(isDistributionKey(id)).toBe(true)
  }
})

it('does not know other keys', () => {
  expect(isDistributionKey('21ea45ab2f86d6a1')).toBe(false)
})
