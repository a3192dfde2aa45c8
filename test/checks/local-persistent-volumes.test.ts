import { describe, expect, it } from 'vitest'
import { localPersistentVolumes } from '../../checks/local-persistent-volumes.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('local-persistent-volumes', () => {
  it('passes without local volumes', () => {
    expect(judge(localPersistentVolumes, {}).status).toBe('pass')
  })

  it('names a local volume', () => {
    expect(
      judge(localPersistentVolumes, {
        mounts: {
          mounts: [
            {
              source: '/dev/vdb',
              target: '/var/lib/kubelet/pods/u1/volumes/kubernetes.io~local-volume/pv-1',
              fstype: 'xfs',
              options: ['rw'],
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('pv-1') } })
  })

  it('is graver when the disk is rewritten', () => {
    expect(
      judge(
        localPersistentVolumes,
        {
          mounts: {
            mounts: [
              {
                source: '/dev/vdb',
                target: '/var/lib/kubelet/pods/u1/volumes/kubernetes.io~local-volume/pv-1',
                fstype: 'xfs',
                options: ['rw'],
              },
            ],
          },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('pv-1') } })
  })

  it('accepts network volumes', () => {
    expect(
      judge(localPersistentVolumes, {
        mounts: {
          mounts: [
            {
              source: '/dev/vdb',
              target: '/var/lib/kubelet/pods/u1/volumes/kubernetes.io~csi/pv-1/mount',
              fstype: 'xfs',
              options: ['rw'],
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...localPersistentVolumes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(localPersistentVolumes, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
