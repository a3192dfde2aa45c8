import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IgnitionConfig } from '../../src/ignition/config.ts'
import { mergeConfigs } from '../../src/ignition/merge-configs.ts'
import { ignitionFetch } from '../support/ignition-program.ts'
import { anyConfig } from '../support/random-config.ts'

/** Without what says nothing: Ignition writes empty objects where we write none. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, bare(inner)] as const)
    .filter(([, inner]) => inner !== undefined && inner !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

/** The version is the newest that the program knows, and `merge` is what we gave it. */
function comparable(config: unknown): unknown {
  const { ignition, ...parts } = config as IgnitionConfig
  const { version: _version, config: _merge, ...rest } = ignition
  return bare({ ignition: rest, ...parts })
}

describe('mergeConfigs beside the real ignition', () => {
  it('gives the same, whatever is merged', async () => {
    let merged = 0
    const pairs = fc.sample(fc.tuple(anyConfig, anyConfig), { numRuns: 150, seed: 20_261_122 })
    for (const [parent, child] of pairs) {
      const source = `data:,${encodeURIComponent(JSON.stringify(child))}`
      const { version } = parent.ignition
      const text = JSON.stringify({
        ...parent,
        ignition: { ...parent.ignition, version, config: { merge: [{ source }] } },
      })
      const { exit, config } = await ignitionFetch(text)
      // A half that is not valid by itself, or a whole that is not, is refused by the program.
      if (exit !== 0) continue
      merged++
      expect(comparable(config)).toEqual(comparable(mergeConfigs(parent, child).config))
    }
    expect(merged).toBeGreaterThan(30)
  })
})
