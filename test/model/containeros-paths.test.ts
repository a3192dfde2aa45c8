import { expect, it } from 'vitest'
import { isWritableOnImmutable } from '../../src/model/containeros-paths.ts'

it.each([
  ['/var/lib/containerd', true],
  ['/etc', true],
  ['/run/containerd', true],
  ['/opt/cni/bin', false],
  ['/usr/local/bin', false],
  ['/variable', false],
  ['/', false],
])('%s is writable: %s', (path, expected) => {
  expect(isWritableOnImmutable(path)).toBe(expected)
})
