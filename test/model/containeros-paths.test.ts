import { expect, it } from 'vitest'
import { isWritableOnImmutable, outlastsBootOfImmutable } from '../../src/model/containeros-paths.ts'

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

it.each([
  ['/var/lib/app', true],
  ['/var/tmp/app', true],
  ['/etc', true],
  ['/var/runtime', true],
  ['/var/run/app', false],
  ['/var/lock/app', false],
  ['/run/app', false],
  ['/tmp/app', false],
  ['/dev/shm/app', false],
  ['/proc/app', false],
  ['/sys/app', false],
  ['/opt/app', false],
  ['/', false],
])('what is written to %s outlasts a boot: %s', (path, expected) => {
  expect(outlastsBootOfImmutable(path)).toBe(expected)
})
