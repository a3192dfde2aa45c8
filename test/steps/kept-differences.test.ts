import { describe, expect, it } from 'vitest'
import { keptDifferences } from '../../src/steps/kept-differences.ts'
import type { KeptLook } from '../../src/steps/kept-look.ts'

const was: KeptLook = {
  path: '/mnt/db',
  kind: 'directory',
  uuid: '6f1c-a',
  fstype: 'xfs',
  source: '/dev/sdb1',
  entries: ['d data', 'f wal'],
  inodes: 9,
  bytes: 900,
  mounts: ['/srv/wal 6f1c-b'],
  hasFind: true,
}
const host = { name: 'node-1' }

function differences(
  now: Partial<KeptLook>,
  {
    before = {},
    isQuiet = true,
    isDiskAnew = false,
  }: { before?: Partial<KeptLook>; isQuiet?: boolean; isDiskAnew?: boolean } = {},
): string[] {
  return keptDifferences({ ...was, ...before }, { ...was, ...now }, { host, isQuiet, isDiskAnew })
}

describe('what was preserved', () => {
  it('is the same on a device of another name, with more in it', () => {
    expect(
      differences({ source: '/dev/vdb1', inodes: 20, bytes: 2000, entries: ['d data', 'f new', 'f wal'] }),
    ).toEqual([])
  })

  it.each<[string, Partial<KeptLook>, string[]]>([
    ['nothing there', { kind: 'none' }, ['it is not there']],
    [
      'another file system',
      { uuid: '77aa-b' },
      ['it was on the file system xfs 6f1c-a and is on xfs 77aa-b'],
    ],
    [
      'the directory below a mount that is missing',
      { uuid: '', fstype: 'overlay', source: 'overlay', entries: [], inodes: 1, bytes: 0 },
      [
        'it was on the file system xfs 6f1c-a and is on overlay overlay',
        'missing in it: data, wal',
        'it had 9 files and directories and has 1',
      ],
    ],
    [
      'a file system below it that is missing, or another one',
      { mounts: ['/srv/other 77aa-b'] },
      ['not mounted below it any more: /srv/wal 6f1c-b'],
    ],
    ['fewer bytes', { bytes: 899 }, ['it had 900 bytes and has 899']],
  ])('differs: %s', (_, now, wrong) => {
    expect(differences(now)).toEqual(wrong)
  })

  it('is known by its files alone on a system that has no find', () => {
    expect(differences({ bytes: null, hasFind: false })).toEqual([])
    expect(differences({ bytes: null, hasFind: false, inodes: 8 })).toEqual([
      'it had 9 files and directories and has 8',
    ])
  })

  it('may lose some of its entries where others write, but not all', () => {
    const busy = { isQuiet: false, before: { inodes: null, bytes: null } }
    expect(differences({ entries: ['f wal'] }, busy)).toEqual([])
    expect(differences({ entries: ['f log'] }, busy)).toEqual(['missing in it: data, wal'])
    expect(differences({ entries: ['f log'] }, { ...busy, before: { ...busy.before, entries: [] } })).toEqual(
      [],
    )
  })

  it('is a share of the network by its name', () => {
    const before = { uuid: '', fstype: 'nfs4', source: 'nas:/db' }
    expect(differences(before, { before })).toEqual([])
    expect(differences({ ...before, source: 'nas:/other' }, { before })).toHaveLength(1)
  })

  it('may be on another file system when its disk was written anew, and has to be there', () => {
    const busy = { isQuiet: false, isDiskAnew: true }
    expect(differences({ uuid: '77aa-b' }, busy)).toEqual([])
    expect(differences({ uuid: '77aa-b', entries: [] }, busy)).toEqual(['missing in it: data, wal'])
  })

  it('is named as people write it', () => {
    const before = { entries: ['f \\0303\\0274\\0040x\\0012', 'd 0303'] }
    expect(differences({ entries: [] }, { before })).toEqual(['missing in it: ü x\\n, 0303'])
  })

  it.each<[string, Partial<KeptLook>]>([
    ['a UUID', { uuid: '' }],
    ['how many files there are', { inodes: null }],
    ['how big they are', { bytes: null }],
  ])('is not told when the system does not tell %s', (_, now) => {
    expect(() => differences(now)).toThrow(expect.objectContaining({ code: 'DATA_KEPT_NOT_TOLD' }) as Error)
  })
})
