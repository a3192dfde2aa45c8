import { describe, expect, it } from 'vitest'
import type { LocalData } from '../../src/model/data-decision.ts'
import { keptDifferences, keptPaths, recordedKept } from '../../src/steps/kept-data.ts'
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
}
const host = { name: 'node-1' }

function differences(
  now: Partial<KeptLook>,
  {
    before = {},
    isQuiet = true,
    isCut = false,
  }: { before?: Partial<KeptLook>; isQuiet?: boolean; isCut?: boolean } = {},
): string[] {
  return keptDifferences({ ...was, ...before }, { ...was, ...now }, { host, isQuiet, isCut })
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
    ['fewer bytes', { bytes: 899 }, ['it had 900 bytes and has 899']],
  ])('differs: %s', (_, now, wrong) => {
    expect(differences(now)).toEqual(wrong)
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

  it.each<[string, Partial<KeptLook>, boolean]>([
    ['a UUID', { uuid: '' }, false],
    ['how many files there are', { inodes: null }, false],
    ['all of the entries', { entries: ['d data'] }, true],
  ])('is not told when the new system does not tell %s', (_, now, isCut) => {
    expect(() => differences(now, { isCut })).toThrow(
      expect.objectContaining({ code: 'DATA_KEPT_NOT_TOLD' }) as Error,
    )
  })
})

describe('paths that are preserved', () => {
  const item = (path: string, more: Partial<LocalData> = {}): LocalData => ({
    id: `host-path:${path}`,
    kind: 'host-path',
    path,
    usedBy: [],
    bytes: null,
    action: 'preserve',
    reason: null,
    ...more,
  })

  it('are looked at closely only where nothing else writes', () => {
    const data = [
      item('/mnt/a'),
      item('/mnt/b', { writtenByStaying: ['shop/agent'] }),
      item('/mnt/a', { kind: 'etcd' }),
      item('/mnt/c', { action: 'park' }),
      item('/mnt/d'),
    ]
    const quiet = (target: 'containeros' | 'anolis-rhck') =>
      keptPaths({ data, target }).map(({ path, isQuiet }) => `${path} ${isQuiet}`)
    expect(quiet('containeros')).toEqual(['/mnt/a false', '/mnt/b false', '/mnt/d true'])
    expect(quiet('anolis-rhck')).toEqual(['/mnt/a false', '/mnt/b false', '/mnt/d false'])
  })

  it('have to be in the journal before anything is compared', () => {
    const paths = keptPaths({ data: [item('/mnt/db'), item('/mnt/other')], target: 'containeros' })
    expect(
      recordedKept({ kept: [was, { ...was, path: '/mnt/other' }] }, { name: 'node-1', paths }),
    ).toHaveLength(2)
    expect(() => recordedKept({ kept: [was] }, { name: 'node-1', paths })).toThrow(
      /whether \/mnt\/other of node-1/,
    )
    expect(() => recordedKept(undefined, { name: 'node-1', paths })).toThrow(/\/mnt\/db/)
  })
})
