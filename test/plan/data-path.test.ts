import { describe, expect, it } from 'vitest'
import { plainPath } from '../../src/model/plain-path.ts'
import { isOffSystemDisk } from '../../src/plan/data-path.ts'
import { degraded, factsWith, without } from '../support/facts-fixture.ts'
import { disk } from '../support/healthy-node.ts'

describe('plainPath', () => {
  it.each([
    ['/srv//data/./a/', '/srv/data/a'],
    ['/', '/'],
    ['/a/..b', '/a/..b'],
    ['/srv/../etc', undefined],
    ['srv', undefined],
    ['', undefined],
  ])('of %j is %j', (path, plain) => {
    expect(plainPath(path)).toBe(plain)
  })
})

describe('isOffSystemDisk', () => {
  const mount = (source: string, target: string, fstype = 'xfs') => ({ source, target, fstype, options: [] })
  const mounts = [
    mount('/dev/vda1', '/'),
    mount('/dev/vdb', '/srv'),
    mount('nas:/x', '/nas', 'nfs4'),
    mount('/dev/mapper/x', '/odd'),
  ]
  const facts = factsWith({
    mounts: { mounts },
    disks: {
      devices: [
        disk({ name: 'vda' }),
        disk({ name: 'vda1', path: '/dev/vda1', type: 'part', parents: ['vda'] }),
        disk({ name: 'vdb', path: '/dev/vdb' }),
      ],
      rootDisks: ['vda'],
    },
  })

  it.each([
    ['/srv/db', true],
    ['/nas/a', true],
    ['/srvx', false],
    ['/var/lib', false],
    ['/odd/a', undefined],
  ])('of %s is %s', (path, isOff) => {
    expect(isOffSystemDisk(path, facts.facts)).toBe(isOff)
  })

  it('is not known when the facts are not whole', () => {
    for (const fact of ['mounts', 'disks'] as const) {
      expect(isOffSystemDisk('/srv', without(fact, 'failed', facts).facts)).toBeUndefined()
      expect(isOffSystemDisk('/srv', degraded(fact, 'cut', facts).facts)).toBeUndefined()
    }
    expect(isOffSystemDisk('/srv', factsWith({ disks: { rootDisks: [] } }, facts).facts)).toBeUndefined()
  })
})
