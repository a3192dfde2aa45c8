import { describe, expect, it } from 'vitest'
import type { LocalData } from '../../src/model/data-decision.ts'
import { directoriesToPark, leftAlone } from '../../src/steps/parked-data.ts'

function item(more: Partial<LocalData> = {}): LocalData {
  const path = more.path === undefined ? '/var/lib/app' : more.path
  const reason = { en: 'decided', zh: '已决定' }
  return {
    id: `x:${path}`,
    kind: 'host-path',
    path,
    usedBy: [],
    bytes: null,
    action: 'park',
    reason,
    ...more,
  }
}

const parked = (...data: LocalData[]): string[] =>
  directoriesToPark({ name: 'node-1', target: 'containeros', data }).map(({ path }) => path)

describe('what is archived', () => {
  it('is what was decided to be, without images, in the order of the plan', () => {
    const data = [
      item({ path: '/var/b' }),
      item({ path: '/var/a', kind: 'local-volume' }),
      item({ kind: 'images', path: null }),
      item({ path: '/srv', action: 'preserve' }),
      item({ kind: 'kubelet-root', path: '/var/lib/kubelet', action: 'discard' }),
    ]
    expect(parked(...data)).toEqual(['/var/b', '/var/a'])
    expect(leftAlone(data)).toEqual({ discard: 1, preserve: 1 })
  })

  it('is nothing to which pods write that stay through a drain', () => {
    expect(() => parked(item({ writtenByStaying: ['kube-system/agent'] }))).toThrow(
      /cannot be archived: .*kube-system\/agent/,
    )
  })

  it('is a directory once, with those in it', () => {
    expect(parked(item({ path: '/var/a/b' }), item({ path: '/var/a' }), item({ path: '/var/ab' }))).toEqual([
      '/var/a',
      '/var/ab',
    ])
    expect(parked(item({ path: '/var/a' }), item({ path: '/var/a', kind: 'local-volume' }))).toEqual([
      '/var/a',
    ])
  })

  it.each<[string, Partial<LocalData>, string]>([
    ['data that nobody has decided about', { action: null }, 'DATA_UNDECIDED'],
    ['an etcd', { kind: 'etcd' }, 'DATA_CANNOT_PARK'],
    ['emptyDir volumes', { kind: 'empty-dir' }, 'DATA_CANNOT_PARK'],
    ['the root of a kubelet', { kind: 'kubelet-root', path: '/var/lib/kubelet' }, 'DATA_CANNOT_PARK'],
    ['a path that nobody knows', { path: null }, 'DATA_CANNOT_PARK'],
    ['the whole system', { path: '/' }, 'DATA_CANNOT_PARK'],
    ['a path that leads up', { path: '/var/../etc' }, 'DATA_CANNOT_PARK'],
    ['a path that is read-only on the new system', { path: '/opt/app' }, 'DATA_CANNOT_PARK'],
    ['a path of which the new system keeps nothing at a boot', { path: '/tmp/app' }, 'DATA_CANNOT_PARK'],
  ])('is never %s', (_, more, code) => {
    expect(() => parked(item(more))).toThrow(
      expect.objectContaining({ code, failureClass: 'config' }) as Error,
    )
  })

  it('may lie anywhere when the disk is kept', () => {
    const data = [item({ path: '/opt/app' })]
    expect(directoriesToPark({ name: 'node-1', target: 'anolis-rhck', data })).toHaveLength(1)
  })

  it('is refused when the journal could not remember all of it', () => {
    const many = Array.from({ length: 100 }, (_, index) => item({ path: `/var/${index}` }))
    expect(() => parked(...many)).toThrow('100 directories of node-1 cannot be archived')
  })
})
