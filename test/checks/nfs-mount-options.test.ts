import { describe, expect, it } from 'vitest'
import { nfsMountOptions } from '../../checks/nfs-mount-options.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('nfs-mount-options', () => {
  it('has nothing to say without NFS', () => {
    expect(judge(nfsMountOptions, {}).status).toBe('not-applicable')
  })

  it('passes NFS over TCP', () => {
    expect(
      judge(nfsMountOptions, {
        mounts: {
          mounts: [{ source: 'nas:/x', target: '/x', fstype: 'nfs4', options: ['vers=4.1', 'proto=tcp'] }],
        },
      }).status,
    ).toBe('pass')
  })

  it('fails on UDP where the kernel lost it', () => {
    expect(
      judge(
        nfsMountOptions,
        {
          mounts: {
            mounts: [{ source: 'nas:/x', target: '/x', fstype: 'nfs', options: ['vers=3', 'proto=udp'] }],
          },
        },
        { target: 'anolis-anck', kernel: kernelWith({ options: { NFS_DISABLE_UDP_SUPPORT: 'builtin' } }) },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/x') } })
  })

  it('accepts UDP on a kernel that has it', () => {
    expect(
      judge(
        nfsMountOptions,
        { mounts: { mounts: [{ source: 'nas:/x', target: '/x', fstype: 'nfs', options: ['proto=udp'] }] } },
        { target: 'anolis-anck', kernel: kernelWith({ options: { NFS_DISABLE_UDP_SUPPORT: 'absent' } }) },
      ).status,
    ).toBe('pass')
  })

  it('knows that kernels before 5.6 have UDP', () => {
    expect(
      judge(
        nfsMountOptions,
        { mounts: { mounts: [{ source: 'nas:/x', target: '/x', fstype: 'nfs', options: ['proto=udp'] }] } },
        { target: 'anolis-rhck', kernel: kernelWith({}) },
      ).status,
    ).toBe('pass')
  })

  it('fails on version 2 in fstab', () => {
    expect(
      judge(
        nfsMountOptions,
        {
          fstab: {
            entries: [{ line: 1, source: 'nas:/x', target: '/old', fstype: 'nfs', options: ['nfsvers=2'] }],
          },
        },
        { target: 'anolis-anck', kernel: kernelWith({ options: { NFS_V2: 'absent' } }) },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/old') } })
  })

  it('is unknown when the kernel’s data does not say', () => {
    expect(
      judge(
        nfsMountOptions,
        { mounts: { mounts: [{ source: 'nas:/x', target: '/x', fstype: 'nfs', options: ['proto=udp'] }] } },
        { target: 'anolis-anck', kernel: kernelWith({}) },
      ).status,
    ).toBe('unknown')
  })

  it('does not take mountproto=udp for it', () => {
    expect(
      judge(
        nfsMountOptions,
        {
          mounts: {
            mounts: [
              {
                source: 'nas:/x',
                target: '/x',
                fstype: 'nfs',
                options: ['vers=3', 'proto=tcp', 'mountproto=udp'],
              },
            ],
          },
        },
        { kernel: kernelWith({ options: { NFS_DISABLE_UDP_SUPPORT: 'builtin' } }) },
      ).status,
    ).toBe('pass')
  })

  it.each([...nfsMountOptions.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nfsMountOptions, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
