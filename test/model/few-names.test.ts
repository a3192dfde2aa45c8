import { expect, it } from 'vitest'
import { fewNames } from '../../src/model/few-names.ts'

it('names five, and says that there are more', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  expect([fewNames([]), fewNames(names.slice(1)), fewNames(names)]).toEqual([
    '',
    'b, c, d, e, f',
    'a, b, c, d, e, ...',
  ])
})
