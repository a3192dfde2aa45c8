import { expect, it } from 'vitest'
import { openAfter } from '../../src/steps/open-pods.ts'
import { cutOffMs } from '../../src/steps/sends.ts'

it('keeps the evictions of an earlier drain of the node that may still arrive', () => {
  const first = openAfter(undefined, new Set(['a', 'b']), 1000)
  expect(first).toEqual({ uids: new Set(['a', 'b']), untilMs: 1000 + cutOffMs })
  const second = openAfter(first, new Set(['c']), 2000)
  expect(second).toEqual({ uids: new Set(['a', 'b', 'c']), untilMs: 2000 + cutOffMs })
  expect(openAfter(second, new Set(), 3000).uids).toEqual(new Set(['a', 'b', 'c']))
})

it('forgets those whose time is over', () => {
  const first = openAfter(undefined, new Set(['a']), 1000)
  expect(openAfter(first, new Set(['b']), first.untilMs)).toMatchObject({ uids: new Set(['b']) })
})
