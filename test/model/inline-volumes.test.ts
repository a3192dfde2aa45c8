import { describe, expect, it } from 'vitest'
import { parseDrainPod } from '../../src/model/drain-pod.ts'
import { parseDrainAttachment } from '../../src/model/drain-volumes.ts'
import { inlineVolumeText, mayBeInline, type InlineVolume } from '../../src/model/inline-volumes.ts'

function volumesOf(...volumes: object[]): readonly InlineVolume[] {
  const metadata = { namespace: 'n', name: 'p', uid: 'u', labels: {}, annotations: {} }
  const named = volumes.map((volume, index) => ({ name: `v${index}`, ...volume }))
  return parseDrainPod({ metadata, spec: { volumes: named } }).inlineVolumes
}

describe('a volume written into a pod', () => {
  it.each<[object, string, string]>([
    [
      { awsElasticBlockStore: { volumeID: 'vol-1' } },
      'kubernetes.io/aws-ebs/vol-1',
      'kubernetes.io/aws-ebs/vol-2',
    ],
    [
      { awsElasticBlockStore: { volumeID: 'aws://eu-1a/vol-1' } },
      'kubernetes.io/csi/ebs.csi.aws.com^vol-1',
      'kubernetes.io/csi/ebs.csi.aws.com^vol-11',
    ],
    [
      { gcePersistentDisk: { pdName: 'disk' } },
      'kubernetes.io/csi/pd.csi.storage.gke.io^projects/UNSPECIFIED/zones/UNSPECIFIED/disks/disk',
      'kubernetes.io/gce-pd/disk-2',
    ],
    [
      { azureDisk: { diskName: 'd', diskURI: '/subscriptions/s/disks/Data' } },
      'kubernetes.io/csi/disk.csi.azure.com^/subscriptions/S/disks/data',
      'kubernetes.io/azure-disk/data',
    ],
    [{ cinder: { volumeID: 'c-1' } }, 'kubernetes.io/cinder/c-1', 'kubernetes.io/csi/ebs.csi.aws.com^c-1'],
    // Its handle is another one than its path: any of that driver may be it.
    [
      { vsphereVolume: { volumePath: '[ds] a/b.vmdk' } },
      'kubernetes.io/csi/csi.vsphere.vmware.com^3f2a',
      'kubernetes.io/vsphere-volume/[ds] c.vmdk',
    ],
    [
      { rbd: { monitors: ['10.0.0.1:6789', '10.0.0.2:6789'], image: 'i' } },
      'kubernetes.io/rbd/[10.0.0.1:6789 10.0.0.2:6789]:i',
      'kubernetes.io/rbd/[10.0.0.1:6789]:i',
    ],
    [
      { iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2026-11.example:disk', lun: 1 } },
      'kubernetes.io/iscsi/10.0.0.1:3260:iqn.2026-11.example:disk:1',
      'kubernetes.io/iscsi/10.0.0.1:3260:iqn.2026-11.example:disk:2',
    ],
    [
      { fc: { targetWWNs: ['500a', '500b'], lun: 2 } },
      'kubernetes.io/fc/[500a 500b]:2',
      'kubernetes.io/fc/[500a]:2',
    ],
    [{ fc: { wwids: ['3600508'] } }, 'kubernetes.io/fc/[3600508]', 'kubernetes.io/fc/[3600509]'],
  ])('%j may be %s and not %s', (raw, own, other) => {
    const [volume] = volumesOf(raw)
    expect(volume).toBeDefined()
    if (volume === undefined) return
    expect([mayBeInline(volume, own), mayBeInline(volume, other)]).toEqual([true, false])
    expect(inlineVolumeText(volume)).toContain(Object.keys(raw)[0])
  })

  it('may be anything when only its driver knows its name, and is none when nobody attaches it', () => {
    const [flex, ...more] = volumesOf(
      { flexVolume: { driver: 'vendor/disk' } },
      { emptyDir: {} },
      { nfs: {} },
    )
    expect([flex, more]).toEqual([{ kind: 'flexVolume', id: undefined }, []])
    expect(flex !== undefined && mayBeInline(flex, 'vendor/disk/7')).toBe(true)
  })

  it('is told by its attachment when a driver attaches it', () => {
    const csi = { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' }
    const spec = { nodeName: 'node-1', source: { inlineVolumeSpec: { csi } } }
    expect(parseDrainAttachment({ metadata: { name: 'csi-1' }, spec })).toMatchObject({
      volume: undefined,
      uniqueName: 'kubernetes.io/csi/ebs.csi.aws.com^vol-1',
    })
  })
})
