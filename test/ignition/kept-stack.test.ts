import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fstab } from '../../src/facts/fstab.ts'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import type { IgnitionConfig } from '../../src/ignition/config.ts'
import type { FactValue } from '../../src/model/facts.ts'
import { collectorInput } from '../support/collector-input.ts'
import { fileText, ignitionRequest } from '../support/ignition-request.ts'
import {
  keyFile,
  stackedFacts,
  stackedLvm,
  stackedRequest,
  vaultRequest,
  type StackedChange,
} from '../support/stacked-host.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const built = (...paths: string[]) => buildIgnition(stackedRequest(paths))
const unitOf = ({ systemd }: IgnitionConfig, name: string) =>
  systemd?.units?.find((unit) => unit.name === name)
const idsOf = (open: readonly { id: string }[]): string[] => open.map(({ id }) => id)

describe('a preserved file system on an array', () => {
  it('is mounted by its UUID, and mdadm is told of the array by the one of its members', () => {
    const { config } = built('/var/array/a')
    expect(fileText(config, '/etc/mdadm.conf')).toBe(
      'ARRAY /dev/md127 UUID=ef4c7b73:73bf4089:cd28645a:0cc68564\n',
    )
    expect(unitOf(config, 'var-array.mount')?.contents).toContain('What=/dev/disk/by-uuid/bbbb-0001\n')
    // Ignition would wait for it before anything assembles it.
    expect(config.storage?.filesystems).toBeUndefined()
  })

  it.each([
    ['degraded', '[2/1] [_U]', 'the array md127, which is not whole'],
    ['inactive', 'inactive', 'the array md127, which is not whole'],
  ])('that is %s is refused by name', (_, word, reason) => {
    const healthy = stackedFacts().raid?.arrays ?? []
    expect(healthy.map(({ degraded }) => degraded)).toEqual([false, false])
    const text = `md127 : ${word === 'inactive' ? word : 'active'} raid1 sdc1[1] sdb1[0]\n      10 blocks ${word}\n`
    expect(() => buildIgnition(stackedRequest(['/var/array/a'], { mdstat: text }))).toThrow(
      expect.objectContaining({ code: 'PROFILE_UNFIT', message: expect.stringContaining(reason) }),
    )
  })

  it('of firmware, or with a stranger that has its UUID, is refused', () => {
    const firmware: StackedChange = {
      rows: (rows) => rows.map((row) => row.with(4, row[4].replace('linux_raid', 'isw_raid')) as typeof row),
    }
    expect(() => buildIgnition(stackedRequest(['/var/array/a'], firmware))).toThrow('not known by the UUID')
    const copy: StackedChange = {
      rows: (rows) => [
        ...rows,
        rows
          .find(([name]) => name === 'sdb1')!
          .with(0, 'sdz')
          .with(1, '/dev/sdz') as never,
      ],
    }
    expect(() => buildIgnition(stackedRequest(['/var/array/a'], copy))).toThrow('/dev/sdz')
  })
})

describe('a preserved file system on a logical volume', () => {
  it('is mounted when LVM has activated it, which waits for every disk of the group', () => {
    const { config } = built('/var/local-pv/a')
    const device = (uuid: string): string =>
      String.raw`dev-disk-by\x2did-lvm\x2dpv\x2duuid\x2d` + `${uuid.replaceAll('-', String.raw`\x2d`)}.device`
    const both = [
      device('NYBplr-JD53-GUdn-ZiBf-eb2I-QtgX-H8cew4'),
      device('h5dpdm-YMJR-HbLi-FKWB-UtIt-9o2n-efbvpF'),
    ].join(' ')
    const unit = unitOf(config, String.raw`osferry-lvm-data\x2dvg.service`)
    expect(unit?.enabled).toBe(true)
    expect(unit?.contents).toContain(`Wants=${both}\nAfter=${both}\n`)
    expect(unit?.contents).toContain('ExecStart=lvm lvchange --activate y data-vg/local_pv\n')
    expect(unitOf(config, String.raw`var-local\x2dpv.mount`)?.contents).toContain('by-uuid/bbbb-0002\n')
    expect(config.storage?.filesystems).toBeUndefined()
    expect(fileText(config, '/etc/mdadm.conf')).toBeUndefined()
  })

  it('over an array needs both', () => {
    const { config } = built('/var/fast/a')
    expect(fileText(config, '/etc/mdadm.conf')).toBe(
      'ARRAY /dev/md0 UUID=f82a311d:93d4f3a1:cd359611:8b50ce19\n',
    )
    expect(unitOf(config, 'osferry-lvm-fast.service')).toBeDefined()
  })

  it.each<[string, StackedChange, string]>([
    ['of a thin pool', { lvm: lvmWith('"linear"', '"thin"') }, 'as a volume of the kind thin'],
    ['of a group that lacks a disk', { lvm: lvmWith('/dev/sde', '[unknown]') }, 'a disk is missing'],
    [
      'that LVM does not tell of',
      { lvm: lvmWith('local_pv', 'other') },
      'a volume that LVM does not tell of',
    ],
    [
      'of a group that reaches onto the system disk',
      { lvm: lvmWith('/dev/sde', '/dev/sda2') },
      'or its volume group does',
    ],
  ])('%s is refused by name', (_, change, reason) => {
    expect(() => buildIgnition(stackedRequest(['/var/local-pv/a'], change))).toThrow(
      expect.objectContaining({ code: 'PROFILE_UNFIT', message: expect.stringContaining(reason) }),
    )
  })

  it('whose names would write lines of their own is refused', () => {
    const facts = stackedFacts()
    const evil = 'local_pv\nExecStart=/bin/sh'
    const request = stackedRequest(['/var/local-pv/a'])
    const disks = {
      ...facts.disks,
      devices: facts.disks!.devices!.map((device) => ({
        ...device,
        path: device.path.replace('local_pv', evil),
      })),
    }
    const lvm = {
      ...facts.lvm,
      logicalVolumes: facts.lvm!.logicalVolumes!.map((volume) => ({
        ...volume,
        name: volume.name.replace('local_pv', evil),
      })),
    }
    const mounts = {
      mounts: facts.mounts!.mounts!.map((mount) => ({
        ...mount,
        source: mount.source.replace('local_pv', evil),
      })),
    }
    const { facts: told } = ignitionRequest({ ...facts, disks, lvm, mounts })
    expect(() => buildIgnition({ ...request, facts: told })).toThrow(
      expect.objectContaining({ code: 'FACTS_INCOMPLETE' }),
    )
  })
})

describe('a preserved file system in an encrypted container', () => {
  it('is opened by a key file that the machine fetches, and mounted by its UUID', () => {
    const { config, open } = buildIgnition(vaultRequest([keyFile]))
    expect(fileText(config, '/etc/crypttab')).toBe('vault UUID=cccc-0001 /etc/keys/vault.key luks\n')
    expect(unitOf(config, 'var-vault.mount')?.contents).toContain('by-uuid/bbbb-0004\n')
    expect(config.storage?.filesystems).toBeUndefined()
    expect(config.storage?.luks).toBeUndefined()
    expect(idsOf(open)).not.toContain('luks:vault')
  })

  it.each([
    [
      'the file is not named',
      vaultRequest([keyFile], { luks: [] }),
      'luks: [{ container: vault, keyFile: PATH }]',
    ],
    ['nothing brings the file', vaultRequest([]), 'ownConfig has to bring /etc/keys/vault.key'],
    [
      'the key is in the configuration',
      vaultRequest([{ ...keyFile, contents: { source: 'data:,k' } }]),
      'https://',
    ],
    ['others may read the file', vaultRequest([{ ...keyFile, mode: 0o644 }]), 'with mode 0600'],
    ['the image opens nothing', vaultRequest([keyFile], { isInImage: false }), 'has no cryptsetup'],
  ])('is refused by name when %s', (_, request, reason) => {
    expect(() => buildIgnition(request)).toThrow('it lies in the encrypted container vault')
    expect(() => buildIgnition(request)).toThrow(reason)
  })

  it('is guarded with the disk below it', () => {
    const request = vaultRequest([keyFile])
    const wiping = {
      ...request.ownConfig!,
      storage: { files: [keyFile], disks: [{ device: '/dev/sdh', wipeTable: true }] },
    }
    expect(() => buildIgnition({ ...request, ownConfig: wiping })).toThrow('/dev/sdh holds /var/vault')
  })
})

describe('what is not kept', () => {
  it.each([
    ['packages.mdadm', '/var/array/a', 'the array md127'],
    ['packages.lvm', '/var/local-pv/a', 'the volume group data-vg'],
  ] as const)('an image without %s refuses the host by the name of what lies there', (field, path, name) => {
    const lacking = wholeProfile({ 'packages.mdadm': true, 'packages.lvm': true, [field]: false })
    expect(() => buildIgnition(stackedRequest([path], {}, { profile: lacking }))).toThrow(name)
    expect(() => buildIgnition(stackedRequest([path], {}, { profile: wholeProfile() }))).toThrow(
      `(${field}: command -v`,
    )
  })

  it('is listed by name, and what is kept is not', () => {
    const lost = idsOf(built('/var/array/a', '/var/fast/a').open)
    expect(lost).toEqual(
      expect.arrayContaining([
        'volume-group:cl',
        'volume-group:data-vg',
        'mount:/var/local-pv',
        'mount:/var/vault',
        'luks:vault',
        'swap:/dev/sdi1',
      ]),
    )
    expect(lost.filter((id) => /^raid:|fast|array/.test(id))).toEqual([])
    expect(idsOf(buildIgnition(stackedRequest([])).open)).toEqual(
      expect.arrayContaining(['raid:md127', 'raid:md0', 'volume-group:fast', 'mount:/var/array']),
    )
  })

  it('are also lines of fstab that nothing is mounted by', () => {
    const text = [
      'UUID=bbbb-0005 /var/plain xfs defaults 0 0',
      '/dev/sdz1 /backup/ ext4 noauto 0 0',
      'nas:/x /nas nfs4 x-systemd.automount 0 0',
      '/dev/sdi1 none swap sw 0 0',
      'tmpfs /scratch tmpfs defaults 0 0',
    ].join('\n')
    const told = fstab.parse(collectorInput({ files: { '/etc/fstab': text } })) as FactValue<'fstab'>
    const { open } = buildIgnition(ignitionRequest({ ...stackedFacts(), fstab: told }))
    expect(idsOf(open).filter((id) => id.startsWith('fstab:'))).toEqual(['fstab:/backup', 'fstab:/nas'])
  })

  it('are also closed containers and other stacks', () => {
    const facts = {
      ...stackedFacts({ rows: (rows) => rows.filter(([name]) => name !== 'dm-3') }),
      storageStack: {
        nvmeOf: true,
        drbd: true,
        vdo: true,
        bcache: ['bcache0'],
        cephOsds: ['ceph-1'],
        luks: [],
      },
    }
    expect(idsOf(buildIgnition(ignitionRequest(facts)).open)).toEqual(
      expect.arrayContaining(['luks:sdh', 'nvme-of', 'drbd', 'vdo', 'bcache:bcache0', 'ceph-osd:ceph-1']),
    )
  })
})

describe('the guard of what lies on arrays and volumes', () => {
  const everything = ['/var/array/a', '/var/local-pv/a', '/var/fast/a', '/var/plain/a']
  const members = ['sdb', 'sdb1', 'sdc', 'sdc1', 'md127', 'sdd', 'sde', 'sdf', 'sdg', 'md0', 'sdi', 'sdi2']
  const guarded =
    (own: IgnitionConfig['storage'], more: Partial<IgnitionConfig> = {}) =>
    () =>
      buildIgnition(
        stackedRequest(
          everything,
          {},
          { ownConfig: { ignition: { version: '3.3.0' }, storage: own, ...more } },
        ),
      )

  it.each([...members, 'mapper/data--vg-local_pv', 'disk/by-uuid/ef4c7b73-73bf-4089-cd28-645a0cc68564'])(
    'lets nothing be made on %s',
    (name) => {
      const device = `/dev/${name}`
      const ways: IgnitionConfig['storage'][] = [
        { disks: [{ device, wipeTable: true }] },
        { disks: [{ device, partitions: [{ number: 9, sizeMiB: 1 }] }] },
        { filesystems: [{ device, format: 'xfs', wipeFilesystem: false }] },
        { filesystems: [{ device, format: 'swap', wipeFilesystem: true }] },
        { raid: [{ name: 'md7', level: 'raid1', devices: [device] }] },
        { luks: [{ name: 'l', device }] },
      ]
      for (const way of ways)
        expect(guarded(way)).toThrow(expect.objectContaining({ code: 'IGNITION_INVALID' }))
    },
  )

  it('lets other disks alone', () => {
    expect(guarded({ disks: [{ device: '/dev/sdh', wipeTable: true }] })).not.toThrow()
  })

  it('lets Ignition not wait for what it does not set up', () => {
    const own = {
      device: '/dev/disk/by-uuid/bbbb-0001',
      format: 'xfs',
      uuid: 'bbbb-0001',
      wipeFilesystem: false,
    }
    expect(guarded({ filesystems: [{ ...own, path: '/var/array' }] })).toThrow('preserved')
  })

  it('refuses files and homes that would lie below a mount', () => {
    const source = { source: 'data:,x' }
    const file = { path: '/var/array/conf', contents: source, mode: 420, overwrite: true }
    expect(guarded({ files: [file] })).toThrow(
      '/var/array/conf would be written before /var/array is mounted',
    )
    expect(guarded({ files: [{ ...file, path: '/var/plain/conf' }] })).not.toThrow()
    const users = [{ name: 'ops', homeDir: '/var/fast/ops', sshAuthorizedKeys: ['ssh-ed25519 AAAA ops'] }]
    expect(guarded({}, { passwd: { users } })).toThrow('/var/fast/ops would be written before')
  })

  it('finds no wipe and nothing made anew in any configuration of such a host', () => {
    const chosen = fc.subarray(everything)
    fc.assert(
      fc.property(chosen, fc.constantFrom('3.3.0', '3.5.0'), (paths, maxSpec) => {
        const profile = wholeProfile({
          'packages.mdadm': true,
          'packages.lvm': true,
          'ignition.maxSpec': maxSpec,
        })
        const { config } = buildIgnition(stackedRequest(paths, {}, { profile }))
        expect(config.storage).not.toHaveProperty('raid')
        expect(config.storage).not.toHaveProperty('luks')
        expect(config.storage).not.toHaveProperty('disks')
        const made = config.storage?.filesystems ?? []
        expect(made.map(({ device, wipeFilesystem }) => [device, wipeFilesystem])).toEqual(
          paths.includes('/var/plain/a') ? [['/dev/disk/by-uuid/bbbb-0005', false]] : [],
        )
        expect(JSON.stringify(config)).not.toMatch(/"wipe\w+":true/)
        const mounted = (config.systemd?.units ?? []).filter(({ name }) => name.endsWith('.mount'))
        expect(mounted).toHaveLength(paths.length)
      }),
      { numRuns: 60 },
    )
  })
})

/** What LVM reports of the host, with every such word replaced. */
function lvmWith(word: string, other: string): string {
  return stackedLvm.replaceAll(word, other)
}
