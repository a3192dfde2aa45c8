import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKnownObjects } from '../../src/cluster/known-objects.ts'
import { objectPath } from '../../src/cluster/paths.ts'
import { patienceMs, pauseAfter, type TryKind } from '../../src/cluster/pauses.ts'
import { holdsPatch } from '../../src/cluster/write-answers.ts'

describe('pauseAfter', () => {
  const pauses = (kind: TryKind, count: number): (number | undefined)[] =>
    Array.from({ length: count }, (_, index) =>
      pauseAfter({ kind, tries: index + 1, elapsedMs: 0, retryAfterMs: undefined, random: 0.5 }),
    )

  it('waits by nodes.md 2.2', () => {
    expect(pauses('away', 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(pauses('conflict', 5)).toEqual([200, 400, 800, 1600, undefined])
    expect(pauses('webhook-failed', 5)).toEqual([500, 1000, 2000, 4000, undefined])
    expect(pauses('misconfigured', 2)).toEqual([1000, undefined])
    for (const kind of ['done', 'gone', 'budget', 'replaced', 'forbidden', 'refused', 'invalid'] as const)
      expect(pauses(kind, 1)).toEqual([undefined])
  })

  it('never leaves the patience, the jitter, or what the server asks for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: patienceMs * 2 }),
        fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, elapsedMs, ...[retryAfterMs, random]) => {
          const pause = pauseAfter({ kind: 'hiccup', tries, elapsedMs, retryAfterMs, random })
          const wanted = retryAfterMs ?? 0
          // Undefined only where the shortest pause would already leave the patience.
          const isOver = pause === undefined && elapsedMs > patienceMs - 60_001
          const fits =
            pause !== undefined &&
            elapsedMs + pause <= patienceMs &&
            pause >= Math.max(800, wanted) &&
            pause <= Math.max(36_000, wanted)
          expect(isOver || fits).toBe(true)
        },
      ),
    )
  })
})

describe('holdsPatch', () => {
  const node = { metadata: { resourceVersion: '7', labels: { a: '1' } }, spec: { taints: [{ key: 'k' }] } }

  it.each<[string, Record<string, unknown>, boolean]>([
    ['what is there', { metadata: { labels: { a: '1' } } }, true],
    ['the version it was made for', { metadata: { resourceVersion: '3', labels: { a: '1' } } }, true],
    ['what is away', { spec: { unschedulable: null } }, true],
    ['another value', { metadata: { labels: { a: '2' } } }, false],
    ['what is not away', { metadata: { labels: { a: null } } }, false],
    ['a list as a whole', { spec: { taints: [{ key: 'k' }] } }, true],
    ['another list', { spec: { taints: [] } }, false],
  ])('%s', (_, patch, expected) => {
    expect(holdsPatch(node, patch)).toBe(expected)
  })
})

describe('objectPath', () => {
  it.each(['..', '.', '', 'a/b', 'a%2f', 'a\nb'])('refuses the name %j', (name) => {
    const ref = { group: '', version: 'v1', resource: 'nodes', name }
    expect(() => objectPath(ref)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('leads to one object', () => {
    const ref = {
      group: 'coordination.k8s.io',
      version: 'v1',
      resource: 'leases',
      namespace: 'n',
      name: 'a b',
    }
    expect(objectPath(ref)).toBe('/apis/coordination.k8s.io/v1/namespaces/n/leases/a%20b')
  })
})

describe('createKnownObjects', () => {
  const object = (name: string, uid: string) => ({ metadata: { name, uid, resourceVersion: '1' } })

  it('knows after any history exactly what a list has', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const uid = fc.constantFrom('1', '2')
    const step = fc.oneof(
      fc.record({ changed: fc.tuple(name, uid) }),
      fc.record({ removed: fc.tuple(name, uid) }),
      fc.record({ list: fc.uniqueArray(fc.tuple(name, uid), { selector: ([each]) => each }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const known = createKnownObjects()
        const told = new Set<string>()
        for (const each of steps) {
          const news =
            'changed' in each
              ? known.changed(object(...each.changed))
              : 'removed' in each
                ? known.removed(object(...each.removed))
                : (known.beginList(),
                  [...each.list.flatMap((pair) => known.changed(object(...pair))), ...known.endList()])
          for (const { type, object } of news.filter((item) => 'object' in item)) {
            const { name, uid } = object['metadata'] as { name: string; uid: string }
            // Nothing is removed that was not there, and no two of a name are there at once.
            if (type === 'changed') told.add(name + uid)
            else if (!told.delete(name + uid)) throw new Error(`${name} ${uid} was not there`)
          }
          const names = [...told].map((key) => key[0])
          expect(new Set(names).size).toBe(names.length)
          const listed = 'list' in each ? each.list.map((pair) => pair.join('')) : [...told]
          expect([...told].sort()).toEqual(listed.sort())
        }
      }),
    )
  })
})
