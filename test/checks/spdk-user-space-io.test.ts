import { describe, expect, it } from 'vitest'
import { spdkUserSpaceIo } from '../../checks/spdk-user-space-io.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('spdk-user-space-io', () => {
  it('has nothing to say without SPDK', () => {
    expect(judge(spdkUserSpaceIo, {}).status).toBe('not-applicable')
  })

  it('passes where the kernel has VFIO', () => {
    expect(
      judge(
        spdkUserSpaceIo,
        { cloudNative: { systems: [{ id: 'spdk', evidence: 'package spdk' }] } },
        { kernel: kernelWith({ modules: { 'vfio-pci': 'module' } }) },
      ).status,
    ).toBe('pass')
  })

  it('blocks where it is missing', () => {
    expect(
      judge(
        spdkUserSpaceIo,
        { cloudNative: { systems: [{ id: 'spdk', evidence: 'package spdk' }] } },
        { kernel: kernelWith({ modules: { 'vfio-pci': 'absent' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('no vfio-pci') },
    })
  })

  it('must be proven on the image', () => {
    expect(
      judge(
        spdkUserSpaceIo,
        { cloudNative: { systems: [{ id: 'spdk', evidence: 'package spdk' }] } },
        { target: 'containeros', kernel: kernelWith({}) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('must be proven') },
    })
  })

  it('is unknown when the data does not say', () => {
    expect(
      judge(
        spdkUserSpaceIo,
        { cloudNative: { systems: [{ id: 'spdk', evidence: 'package spdk' }] } },
        { kernel: kernelWith({}) },
      ).status,
    ).toBe('unknown')
  })

  it.each([...spdkUserSpaceIo.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(spdkUserSpaceIo, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
