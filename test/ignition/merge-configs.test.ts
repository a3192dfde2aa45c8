import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { IgnitionConfig } from '../../src/ignition/config.ts'
import { lintIgnition } from '../../src/ignition/lint.ts'
import { mergeConfigs } from '../../src/ignition/merge-configs.ts'
import { isMigrationError } from '../../src/model/errors.ts'
import { fileText, ignitionRequest, localData, settingsOf } from '../support/ignition-request.ts'
import { disk } from '../support/healthy-node.ts'
import { anyConfig } from '../support/random-config.ts'
import { wholeProfile } from '../support/whole-profile.ts'

const config = (parts: object): IgnitionConfig =>
  IgnitionConfig.parse({ ignition: { version: '3.3.0' }, ...parts })
const files = (...list: object[]): IgnitionConfig => config({ storage: { files: list } })
const merged = (parent: IgnitionConfig, child: IgnitionConfig) => mergeConfigs(parent, child).config

describe('mergeConfigs', () => {
  it('takes fields of the child, and keeps those that it does not name', () => {
    const parent = files({ path: '/etc/a', mode: 420, overwrite: true, contents: { source: 'data:,p' } })
    const child = files({ path: '/etc/a', contents: { source: 'data:,c' } })
    expect(merged(parent, child).storage?.files).toEqual([
      { path: '/etc/a', mode: 420, overwrite: true, contents: { source: 'data:,c' } },
    ])
  })

  it('knows files, directories and links by one space of paths', () => {
    const parent = config({
      storage: { links: [{ path: '/etc/a', target: '/b' }], files: [{ path: '/etc/f' }] },
    })
    const { config: result, conflicts } = mergeConfigs(parent, files({ path: '/etc/a' }))
    expect(result.storage).toEqual({ links: [], files: [{ path: '/etc/f' }, { path: '/etc/a' }] })
    expect(conflicts).toEqual([{ path: ['storage', 'links', '/etc/a'] }])
  })

  it('keeps both of what is appended, parent first, and each of other words once', () => {
    const parent = config({
      storage: { files: [{ path: '/a', append: [{ source: 'data:,P' }] }] },
      passwd: { users: [{ name: 'ops', groups: ['adm', 'wheel'] }] },
      kernelArguments: { shouldExist: ['a', 'b'] },
    })
    const child = config({
      storage: { files: [{ path: '/a', append: [{ source: 'data:,P' }, { source: 'data:,C' }] }] },
      passwd: { users: [{ name: 'ops', groups: ['wheel', 'docker'] }] },
      kernelArguments: { shouldExist: ['b', 'c'] },
    })
    const { storage, passwd, kernelArguments } = merged(parent, child)
    expect(storage?.files?.[0]?.append?.map(({ source }) => source)).toEqual([
      'data:,P',
      'data:,P',
      'data:,C',
    ])
    expect(passwd?.users?.[0]?.groups).toEqual(['adm', 'wheel', 'docker'])
    expect(kernelArguments?.shouldExist).toEqual(['a', 'b', 'c'])
  })

  it('knows partitions by number, and by label where that is 0', () => {
    const on = (...partitions: object[]) =>
      config({ storage: { disks: [{ device: '/dev/vdb', partitions }] } })
    const parent = on({ number: 1, label: 'one' }, { number: 0, label: 'data', sizeMiB: 10 })
    const child = on({ number: 1, label: 'uno' }, { number: 0, label: 'data', sizeMiB: 20 })
    const { config: result, conflicts } = mergeConfigs(parent, child)
    expect(result.storage?.disks?.[0]?.partitions).toEqual([
      { number: 1, label: 'uno' },
      { number: 0, label: 'data', sizeMiB: 20 },
    ])
    expect(conflicts.map(({ path }) => path.slice(3))).toEqual([
      ['partitions', 'number 1', 'label'],
      ['partitions', 'data', 'sizeMiB'],
    ])
  })

  it('takes a header away that the child names without a value', () => {
    const headers = (...httpHeaders: object[]) =>
      files({ path: '/a', contents: { source: 'https://h/a', httpHeaders } })
    const parent = headers({ name: 'A', value: '1' }, { name: 'B', value: '2' })
    const { storage } = merged(parent, headers({ name: 'A' }))
    expect(storage?.files?.[0]?.contents?.httpHeaders).toEqual([{ name: 'B', value: '2' }])
  })

  it('changes nothing by an empty child, and says no conflict about what both say alike', () => {
    fc.assert(
      fc.property(anyConfig, (parent) => {
        expect(mergeConfigs(parent, config({}))).toEqual({ config: parent, conflicts: [] })
        expect(mergeConfigs(parent, parent).conflicts).toEqual([])
      }),
    )
  })

  it('gives the child every field that it names', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (parent, child) => {
        const result = merged(parent, child)
        for (const unit of child.systemd?.units ?? []) {
          const found = result.systemd?.units?.find(({ name }) => name === unit.name)
          expect(found).toMatchObject({ ...unit, dropins: expect.arrayContaining(unit.dropins ?? []) })
        }
        for (const { path, mode } of child.storage?.files ?? []) {
          const found = result.storage?.files?.filter((file) => file.path === path) ?? []
          expect(found).toHaveLength(1)
          expect(found[0]?.mode).toBe(mode ?? found[0]?.mode)
        }
      }),
    )
  })
})

describe('a configuration of the team', () => {
  const hostname = files({ path: '/etc/hostname', contents: { source: 'data:,other%0A' } })

  it('is laid over what is made of the host, and counts in what it says otherwise once that is accepted', () => {
    const motd = { path: '/etc/motd', mode: 420, overwrite: true, contents: { source: 'data:,ours' } }
    const built = buildIgnition(ignitionRequest({}, { ownConfig: files(motd) }))
    expect(fileText(built.config, '/etc/motd')).toBe('ours')
    expect(fileText(built.config, '/etc/hostname')).toBe('worker-1\n')
    expect(built.parts.at(-1)).toEqual({
      name: 'ownConfig',
      from: ['settings.ownConfig'],
      paths: ['/etc/motd'],
    })
    const open = (accept: string[]) => {
      const settings = settingsOf({ accept })
      return buildIgnition(ignitionRequest({}, { ownConfig: hostname, settings }))
        .open.map(({ id }) => id)
        .filter((id) => id.startsWith('own:'))
    }
    const id = 'own:storage.files./etc/hostname.contents.source'
    expect([open([]), open([id])]).toEqual([[id], []])
  })

  it('is refused where it would write over data that are preserved', () => {
    const uuid = '6a0c9bd2-0000-4000-8000-00000000000b'
    const facts = {
      disks: {
        rootDisks: ['vda'],
        devices: [
          disk({ name: 'vda', type: 'disk' }),
          disk({ name: 'vdb', type: 'disk' }),
          disk({
            name: 'vdb1',
            type: 'part',
            parents: ['vdb'],
            fstype: 'ext4',
            mountpoint: '/var/data',
            uuid,
          }),
        ],
      },
      mounts: { mounts: [{ source: '/dev/vdb1', target: '/var/data', fstype: 'ext4', options: ['rw'] }] },
    }
    const node = { name: 'worker-1', data: [localData('/var/data', 'preserve')] }
    const wipes = config({ storage: { disks: [{ device: '/dev/vdb', wipeTable: true }] } })
    expect(() => buildIgnition(ignitionRequest(facts, { node }))).not.toThrow()
    expect(() => buildIgnition(ignitionRequest(facts, { node, ownConfig: wipes }))).toThrow(
      /vdb holds \/var\/data/,
    )
  })

  it('is refused where the system takes no writes, and with what its Ignition does not read', () => {
    const outside = config({ storage: { directories: [{ path: '/usr/ours', mode: 493 }] } })
    expect(() => buildIgnition(ignitionRequest({}, { ownConfig: outside }))).toThrow('/usr/ours would lie')
    const profile = wholeProfile({ 'ignition.maxSpec': '3.2.0' })
    const discards = config({
      storage: { luks: [{ name: 'd', device: '/dev/disk/by-id/x', discard: true, clevis: { tpm2: true } }] },
    })
    const cmdline = { cmdline: [] }
    expect(() =>
      buildIgnition(ignitionRequest({ kernel: cmdline }, { profile, ownConfig: discards })),
    ).toThrow(/needs Ignition 3\.4\.0/)
  })

  it('leaves the result without errors, or is refused', () => {
    const outcome = (ownConfig: IgnitionConfig): string[] => {
      try {
        const { issues } = lintIgnition(buildIgnition(ignitionRequest({}, { ownConfig })).config)
        return issues.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
      } catch (error) {
        return isMigrationError(error) ? [] : [String(error)]
      }
    }
    fc.assert(
      fc.property(anyConfig, (ownConfig) => {
        expect(outcome(ownConfig)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
