import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTreeComparison, partsThatDiffer } from '../../src/artifacts/compare-trees.ts'
import { compareTreeOrder } from '../../src/artifacts/tree-order.ts'
import type { ParkedEntry } from '../../src/model/artifact-port.ts'

const name = fc.constantFrom('a', 'a-b', 'a.txt', 'b', 'Z', '0')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))

it('puts directories before what is in them, and siblings in the order of their bytes', () => {
  const sorted = ['a', 'a/b', 'a/b/c', 'a-b', '.', 'a.txt', '\xff', 'Z'].toSorted(compareTreeOrder)
  expect(sorted).toEqual(['.', 'Z', 'a', 'a/b', 'a/b/c', 'a-b', 'a.txt', '\xff'])
  fc.assert(
    fc.property(path, path, path, (one, two, three) => {
      expect(compareTreeOrder(one, two) + compareTreeOrder(two, one)).toBe(0)
      const isChain = compareTreeOrder(one, two) < 0 && compareTreeOrder(two, three) < 0
      expect(isChain && compareTreeOrder(one, three) >= 0).toBe(false)
    }),
  )
})

describe('comparing trees', () => {
  it('names what is missing, what is not expected and what differs, and nothing else', async () => {
    const paths = fc.uniqueArray(path, { maxLength: 30 }).map((list) => list.toSorted(compareTreeOrder))
    const modes = fc.array(fc.constantFrom(0o644, 0o600), { minLength: 30, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(paths, paths, modes, async (expected, found, chosen) => {
        const wanted = expected.map((each) => entry(each, 0o644))
        const comparison = createTreeComparison(streamOf(wanted), { allowMore: false })
        for (const [at, each] of found.entries()) await comparison.found(entry(each, chosen[at] ?? 0o644))
        await comparison.end()
        const differing = found.filter((each, at) => expected.includes(each) && chosen[at] !== 0o644)
        const missing = expected.filter((each) => !found.includes(each))
        const more = found.filter((each) => !expected.includes(each))
        expect(comparison.count).toBe(differing.length + missing.length + more.length)
        expect(comparison.differences.length).toBe(Math.min(20, comparison.count))
      }),
      { numRuns: 200 },
    )
  })

  it('does not mind the lost+found that a new file system has, but what is in it', async () => {
    const found = async (...entries: ParkedEntry[]): Promise<string[]> => {
      const comparison = createTreeComparison(streamOf([entry('a', 0o644)]), { allowMore: false })
      for (const each of [entry('a', 0o644), ...entries]) await comparison.found(each)
      await comparison.end()
      return comparison.differences.map(({ path }) => path)
    }
    const directory = { ...entry('lost+found', 0o700), type: 'directory' as const }
    expect(await found(directory)).toEqual([])
    expect(await found(directory, entry('lost+found/#12', 0o644))).toEqual(['lost+found/#12'])
    expect(await found({ ...directory, uid: 1000 })).toEqual(['lost+found'])
    expect(await found(entry('lost+found', 0o644))).toEqual(['lost+found'])
  })

  it('does not mind a label where none was parked, but any other attribute', () => {
    const label = { name: 'security.selinux', value: 'eA==' }
    const other = { name: 'user.x', value: 'eA==' }
    const bare = entry('a', 0o644)
    const changed = { ...other, value: 'eQ==' }
    expect(partsThatDiffer(bare, { ...bare, xattrs: [label] })).toEqual([])
    expect(partsThatDiffer({ ...bare, xattrs: [label] }, bare)).toEqual(['security.selinux'])
    expect(partsThatDiffer(bare, { ...bare, xattrs: [other] })).toEqual(['user.x'])
    expect(partsThatDiffer({ ...bare, xattrs: [other] }, { ...bare, xattrs: [changed] })).toEqual(['user.x'])
  })
})

function entry(told: string, mode: number): ParkedEntry {
  const nothing = { bytes: 0, sha256: 'x', link: null, device: null, xattrs: [] }
  return { path: told, type: 'file', mode, uid: 0, gid: 0, mtime: 0, ...nothing }
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
