import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryNames, isNodePackage, nodePackages } from '../../src/model/kubernetes-packages.ts'

describe('entryNames', () => {
  it.each([
    ['kubelet', 'kubelet', true],
    ['kube*', 'kubeadm', true],
    ['kubelet-0:1.20.2-0.*', 'kubelet', true],
    ['kubelet-1.20.2*', 'kubelet', true],
    ['!kubelet-0:1.20.2-0.*', 'kubelet', true],
    ['containerd.io-1.6.33-3.1.el8.*', 'containerd.io', true],
    ['docker-ce-3:20.10.24-3.el8.*', 'docker-ce', true],
    ['docker-ce-cli-1:20.10.24-3.el8.*', 'docker-ce', false],
    ['kubelet-exporter-0:1.0-1.*', 'kubelet', false],
    ['containerdXio', 'containerd.io', false],
    ['kernel', 'kernel-core', false],
    ['kernel*', 'kernel-core', true],
    ['run?', 'runc', true],
  ])('%s names %s: %s', (entry, name, expected) => {
    expect(entryNames(entry, name)).toBe(expected)
  })

  it('survives whatever people write into these files', () => {
    fc.assert(
      fc.property(fc.string(), (entry) => {
        expect(typeof entryNames(entry, 'kubelet')).toBe('boolean')
      }),
    )
  })

  it('lets every package name itself', () => {
    for (const name of nodePackages) expect(entryNames(name, name) && isNodePackage(name)).toBe(true)
  })
})
