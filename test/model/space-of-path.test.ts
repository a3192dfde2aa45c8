import { describe, expect, it } from 'vitest'
import { filesystemHolding, isBelow, withoutTrailingSlash } from '../../src/model/space-of-path.ts'

const row = { fstype: 'xfs', sizeKiB: 1, availableKiB: 1, inodes: null, inodesFree: null }
const space = {
  filesystems: [
    { ...row, source: 'a', target: '/' },
    { ...row, source: 'b', target: '/var' },
    { ...row, source: 'c', target: '/var/lib' },
  ],
}

describe('filesystemHolding', () => {
  it.each([
    ['/usr', 'a'],
    ['/var', 'b'],
    ['/var/cache', 'b'],
    ['/var/lib/containerd', 'c'],
    ['/variable', 'a'],
  ])('finds what holds %s', (path, source) => {
    expect(filesystemHolding(space, path)?.source).toBe(source)
  })

  it('finds nothing in an empty table', () => {
    expect(filesystemHolding({ filesystems: [] }, '/usr')).toBeUndefined()
  })
})

describe('isBelow', () => {
  it('goes by whole names', () => {
    expect(isBelow('/var/lib', '/var')).toBe(true)
    expect(isBelow('/var', '/var')).toBe(true)
    expect(isBelow('/variable', '/var')).toBe(false)
    expect(isBelow('/x', '/')).toBe(true)
  })
})

describe('withoutTrailingSlash', () => {
  it('keeps the root', () => {
    expect(withoutTrailingSlash('/')).toBe('/')
    expect(withoutTrailingSlash('/data/')).toBe('/data')
    expect(withoutTrailingSlash('/data')).toBe('/data')
  })
})
