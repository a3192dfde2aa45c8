import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import type { IgnitionRequest } from '../../src/ignition/request.ts'
import type { FactOverrides } from '../support/facts-fixture.ts'
import { ignitionRequest, localData, settingsOf } from '../support/ignition-request.ts'
import { stackedFacts, swapUuid } from '../support/stacked-host.ts'

function swapping(swap: string[], facts: FactOverrides = {}): IgnitionRequest {
  const kubelet = { args: ['--fail-swap-on=false'] }
  return ignitionRequest(
    { ...stackedFacts(), kubelet, ...facts },
    {
      node: { name: 'worker-1', data: [localData('/var/plain/a', 'preserve')] },
      settings: settingsOf({ swap }),
    },
  )
}
const swapUnits = (request: IgnitionRequest) =>
  (buildIgnition(request).config.systemd?.units ?? []).filter(({ name }) => name.endsWith('.swap'))
const swapLosses = (request: IgnitionRequest) =>
  buildIgnition(request).open.filter(({ id }) => id.startsWith('swap:'))

describe('swap of the old system', () => {
  it('is used by nobody who has not asked for it, and is told of', () => {
    expect(swapUnits(swapping([]))).toEqual([])
    expect(swapLosses(swapping([]))).toMatchObject([
      { id: 'swap:/dev/sdi1', why: { en: expect.stringContaining('a kubelet does not start beside it') } },
    ])
  })

  it('is used again by its UUID, as it is, when settings ask for it', () => {
    const request = swapping([swapUuid])
    expect(swapUnits(request)).toMatchObject([
      {
        name: String.raw`dev-disk-by\x2duuid-1ffec24e\x2d98cc\x2d468d\x2d9295\x2d49dfb0d7c28f.swap`,
        enabled: true,
        contents: expect.stringContaining(`What=/dev/disk/by-uuid/${swapUuid}\n`),
      },
    ])
    expect(swapLosses(request)).toEqual([])
    const { config } = buildIgnition(request)
    expect(config.storage?.filesystems?.map(({ format }) => format)).toEqual(['xfs'])
  })

  it.each<[string, IgnitionRequest, string]>([
    [
      'a kubelet that may not',
      swapping([swapUuid], { kubelet: { args: [] } }),
      'has no --fail-swap-on=false',
    ],
    ['a UUID of data', swapping(['bbbb-0005']), 'is a swap area of that UUID'],
    ['a UUID of nothing', swapping(['eeee-eeee']), 'is a swap area of that UUID'],
    [
      'the system disk',
      swapping([swapUuid], {
        disks: { ...stackedFacts().disks, rootDisks: ['sdi'] },
        mounts: { mounts: [] },
      }),
      'lies on the system disk',
    ],
    ['a volume', swapping([swapUuid], { disks: volumeOfSwap() }), 'is no partition and no whole disk'],
  ])('is refused for %s', (_, request, reason) => {
    const node = { name: 'worker-1', data: [] }
    expect(() => buildIgnition({ ...request, node })).toThrow(
      expect.objectContaining({ code: 'PROFILE_UNFIT', message: expect.stringContaining(reason) }),
    )
  })
})

function volumeOfSwap(): NonNullable<FactOverrides['disks']> {
  const { devices = [], rootDisks = [] } = stackedFacts().disks ?? {}
  return {
    rootDisks,
    devices: devices.map((device) => (device.uuid === swapUuid ? { ...device, type: 'lvm' } : device)),
  }
}
