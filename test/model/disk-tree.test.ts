import { describe, expect, it } from 'vitest'
import { deviceNamed, isOnRootDisk, wholeDisksOf } from '../../src/model/disk-tree.ts'
import { disk } from '../support/healthy-node.ts'

const disks = {
  devices: [
    disk({ name: 'sda' }),
    disk({ name: 'sda2', type: 'part', parents: ['sda'] }),
    disk({ name: 'sdb' }),
    disk({ name: 'md0', type: 'raid1', parents: ['sda2', 'sdb'] }),
    disk({ name: 'vg-data', path: '/dev/mapper/vg-data', type: 'lvm', parents: ['md0'] }),
    disk({ name: 'sdc' }),
    disk({ name: 'loop-a', parents: ['loop-b'] }),
    disk({ name: 'loop-b', parents: ['loop-a'] }),
  ],
  rootDisks: ['sda'],
}

describe('wholeDisksOf', () => {
  it('follows LVM over RAID over partitions', () => {
    expect(wholeDisksOf(disks, 'vg-data')).toEqual(['sda', 'sdb'])
  })

  it('gives a disk itself', () => {
    expect(wholeDisksOf(disks, 'sdc')).toEqual(['sdc'])
  })

  it('ends on a circle and on an unknown name', () => {
    expect(wholeDisksOf(disks, 'loop-a')).toEqual([])
    expect(wholeDisksOf(disks, 'nvme0n1')).toEqual([])
  })
})

describe('isOnRootDisk', () => {
  it('counts a volume of which one part lies on the system disk', () => {
    expect(isOnRootDisk(disks, 'vg-data')).toBe(true)
    expect(isOnRootDisk(disks, 'sdc')).toBe(false)
  })
})

describe('deviceNamed', () => {
  it('finds a device by path and by kernel name', () => {
    expect(deviceNamed(disks, '/dev/mapper/vg-data')?.name).toBe('vg-data')
    expect(deviceNamed(disks, 'sda2')?.path).toBe('/dev/sda2')
    expect(deviceNamed(disks, '/dev/sdz')).toBeUndefined()
  })
})
