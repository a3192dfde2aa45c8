import { describe, expect, it } from 'vitest'
import { harmlessFlag } from '../../src/facts/kubelet-flags.ts'

describe('harmlessFlag', () => {
  it.each([
    ['--v=2', '--v=2'],
    ['-v=2', '-v=2'],
    ['--network-plugin=cni', '--network-plugin=cni'],
    ['--container-runtime=remote', '--container-runtime=remote'],
    [
      '--tls-private-key-file=/etc/kubernetes/pki/kubelet.key',
      '--tls-private-key-file=/etc/kubernetes/pki/kubelet.key',
    ],
    ['--runtime-cgroups=/system.slice', '--runtime-cgroups=/system.slice'],
    ['--fail_swap_on=false', '--fail_swap_on=false'],
  ])('keeps %j', (word, expected) => {
    expect(harmlessFlag(word)).toBe(expected)
  })

  it.each([
    ['--manifest-url=https://h/x?y', '--manifest-url=***'],
    ['--storage-driver-user=root', '--storage-driver-user=***'],
    ['--something-new=abc', '--something-new=***'],
    ['--something-new', '--something-new'],
    ['-pabc', '-p***'],
    ['-', '***'],
    ['--=abc', '***'],
  ])('keeps no value of %j', (word, expected) => {
    expect(harmlessFlag(word)).toBe(expected)
  })
})
