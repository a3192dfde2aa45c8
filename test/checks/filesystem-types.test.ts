import { describe, expect, it } from 'vitest'
import { filesystemTypes } from '../../checks/filesystem-types.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('filesystem-types', () => {
  it('passes xfs and ext4', () => {
    expect(judge(filesystemTypes, {}, { kernel: kernelWith({}) }).status).toBe('pass')
  })

  it('blocks a btrfs volume that the kernel cannot mount', () => {
    expect(
      judge(
        filesystemTypes,
        { mounts: { mounts: [{ source: '/dev/vdb', target: '/data', fstype: 'btrfs', options: ['rw'] }] } },
        { kernel: kernelWith({ modules: { btrfs: 'absent' } }) },
      ),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('btrfs') } })
  })

  it('passes it where the kernel has the module', () => {
    expect(
      judge(
        filesystemTypes,
        { mounts: { mounts: [{ source: '/dev/vdb', target: '/data', fstype: 'btrfs', options: ['rw'] }] } },
        { kernel: kernelWith({ modules: { btrfs: 'module' } }) },
      ).status,
    ).toBe('pass')
  })

  it('warns when the module is in kernel-modules-extra', () => {
    expect(
      judge(
        filesystemTypes,
        { fstab: { entries: [{ line: 1, source: 'x', target: '/x', fstype: 'cifs', options: [] }] } },
        { kernel: kernelWith({ modules: { cifs: 'extra' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('kernel-modules-extra') },
    })
  })

  it('is unknown when the kernel’s data does not say', () => {
    expect(
      judge(
        filesystemTypes,
        { mounts: { mounts: [{ source: 'x', target: '/x', fstype: '9p', options: [] }] } },
        { kernel: kernelWith({}) },
      ).status,
    ).toBe('unknown')
  })

  it.each([...filesystemTypes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(filesystemTypes, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
