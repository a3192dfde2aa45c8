import { expect, it } from 'vitest'
import { decidedOtherwise, isKeptMount } from '../../src/model/kept-mounts.ts'

it('belongs to a preserved path unless pods need it or something else was decided about it', () => {
  const otherwise = decidedOtherwise([
    { action: 'preserve', path: '/srv' },
    { action: 'park', path: '/srv/parked' },
    { action: 'discard', path: null },
    { action: null, path: '/srv/open' },
  ])
  expect(otherwise).toEqual(['/srv/parked'])
  const mounts = ['/srv/wal', '/srv/open', '/srv/parked', '/srv/parked/a', '/srv/parked-not']
  expect(mounts.filter((at) => isKeptMount(at, otherwise))).toEqual([
    '/srv/wal',
    '/srv/open',
    '/srv/parked-not',
  ])
  const ofPods = '/data/kubelet/pods/6a0c9bd2-0000-4000-8000-00000000000b/volumes/x'
  expect(['/var/lib/containerd/x', ofPods].some((at) => isKeptMount(at, []))).toBe(false)
})
