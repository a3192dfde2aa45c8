import { describe, expect, it } from 'vitest'
import { lvmDataVolumes } from '../../checks/lvm-data-volumes.ts'
import { disk } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('lvm-data-volumes', () => {
  it('has nothing to say without volume groups', () => {
    expect(judge(lvmDataVolumes, {}).status).toBe('not-applicable')
  })

  it('names a volume group on a data disk', () => {
    expect(
      judge(lvmDataVolumes, {
        lvm: {
          volumeGroups: [{ name: 'vgdata', sizeBytes: 1, freeBytes: 0 }],
          logicalVolumes: [{ name: 'lv0', volumeGroup: 'vgdata', sizeBytes: 1, segmentType: 'linear' }],
          physicalVolumes: [{ name: '/dev/vdb', volumeGroup: 'vgdata' }],
        },
        disks: { devices: [disk({ name: 'vda' }), disk({ name: 'vdb' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('vgdata') } })
  })

  it('passes a group on the system disk alone', () => {
    expect(
      judge(lvmDataVolumes, {
        lvm: {
          volumeGroups: [{ name: 'cl', sizeBytes: 1, freeBytes: 0 }],
          physicalVolumes: [{ name: '/dev/vda2', volumeGroup: 'cl' }],
        },
      }).status,
    ).toBe('pass')
  })

  it('counts a volume whose disk is not known as data', () => {
    expect(
      judge(lvmDataVolumes, {
        lvm: {
          volumeGroups: [{ name: 'vg', sizeBytes: 1, freeBytes: 0 }],
          physicalVolumes: [{ name: '/dev/vdz', volumeGroup: 'vg' }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('vg') } })
  })

  it.each([...lvmDataVolumes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(lvmDataVolumes, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
