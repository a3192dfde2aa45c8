import { describe, expect, it } from 'vitest'
import { rollbackSnapshotSpace } from '../../checks/rollback-snapshot-space.ts'
import { disk } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('rollback-snapshot-space', () => {
  it('has nothing to say when the root is not on LVM', () => {
    expect(judge(rollbackSnapshotSpace, {}).status).toBe('not-applicable')
  })

  it('fails without free extents', () => {
    expect(
      judge(rollbackSnapshotSpace, {
        disks: {
          devices: [disk({ name: 'cl-root', path: '/dev/mapper/cl-root', type: 'lvm', mountpoint: '/' })],
        },
        lvm: {
          volumeGroups: [{ name: 'cl', sizeBytes: 100, freeBytes: 0 }],
          logicalVolumes: [{ name: 'root', volumeGroup: 'cl', sizeBytes: 100, segmentType: 'linear' }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('cl has 0.0 GiB') } })
  })

  it('passes with exactly a fifth', () => {
    expect(
      judge(rollbackSnapshotSpace, {
        disks: {
          devices: [disk({ name: 'cl-root', path: '/dev/mapper/cl-root', type: 'lvm', mountpoint: '/' })],
        },
        lvm: {
          volumeGroups: [{ name: 'cl', sizeBytes: 200, freeBytes: 20 }],
          logicalVolumes: [{ name: 'root', volumeGroup: 'cl', sizeBytes: 100, segmentType: 'linear' }],
        },
      }).status,
    ).toBe('pass')
  })

  it('knows names with hyphens', () => {
    expect(
      judge(rollbackSnapshotSpace, {
        disks: {
          devices: [
            disk({ name: 'my--vg-root', path: '/dev/mapper/my--vg-root', type: 'lvm', mountpoint: '/' }),
          ],
        },
        lvm: {
          volumeGroups: [{ name: 'my-vg', sizeBytes: 100, freeBytes: 19 }],
          logicalVolumes: [{ name: 'root', volumeGroup: 'my-vg', sizeBytes: 100, segmentType: 'linear' }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('my-vg') } })
  })

  it.each([...rollbackSnapshotSpace.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(rollbackSnapshotSpace, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
