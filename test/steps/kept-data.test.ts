import { describe, expect, it } from 'vitest'
import type { LocalData } from '../../src/model/data-decision.ts'
import type { RunRequest } from '../../src/model/ports.ts'
import { keptPaths, proveKept, recordedKept, recordKept } from '../../src/steps/kept-data.ts'
import type { KeptLook } from '../../src/steps/kept-look.ts'
import { localHost } from '../support/local-host.ts'

const never = new AbortController().signal

const look = (path: string): KeptLook => ({
  path,
  kind: 'directory',
  uuid: '6f1c-a',
  fstype: 'xfs',
  source: '/dev/sdb1',
  entries: [],
  inodes: 9,
  bytes: 900,
  mounts: [],
  hasFind: true,
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

  it('are not those that somebody makes anew on every node', () => {
    const data = [
      item('/var/lib/kubelet/pods'),
      item('/opt/cni/bin'),
      item('/var/lib/kubelet/pods/x', { kind: 'local-volume' }),
      item('/var/lib/kubelet', { kind: 'kubelet-root' }),
      item('/srv'),
    ]
    const paths = keptPaths({ data, target: 'anolis-anck' }).map(({ path }) => path)
    expect(paths).toEqual(['/var/lib/kubelet/pods/x', '/var/lib/kubelet', '/srv'])
  })

  it('have to be in the journal before anything is compared', () => {
    const paths = keptPaths({ data: [item('/mnt/db'), item('/mnt/other')], target: 'containeros' })
    const was = look('/mnt/db')
    expect(recordedKept({ kept: [was, look('/mnt/other'), look('/x')] }, { name: 'node-1', paths })).toEqual([
      was,
      look('/mnt/other'),
    ])
    expect(() => recordedKept({ kept: [was] }, { name: 'node-1', paths })).toThrow(
      /whether \/mnt\/other of node-1/,
    )
    expect(() => recordedKept(undefined, { name: 'node-1', paths })).toThrow(/\/mnt\/db/)
  })
})

describe('files that are counted', () => {
  const clock = { now: () => '2026-11-22T00:00:00.000Z', monotonicMs: () => 1000 }
  const path = { path: '/etc', isQuiet: true, isOffSystemDisk: true, hasMounts: true, without: [] }

  it.each([
    ['half of what is left for each of two counts', 3_601_000, '1800'],
    ['a moment when nothing is left', 500, '1'],
  ])('have their time: %s', async (_, endMs, seconds) => {
    const asked: RunRequest[] = []
    const host = localHost('host-1', (request) => {
      asked.push(request)
      throw new Error('asked')
    })
    const time = { clock, endMs }
    await expect(recordKept(host, { paths: [path], time }, never)).rejects.toThrow('asked')
    const questions = { paths: [path], before: [look('/etc')], time, next: '' }
    await expect(proveKept(host, questions, never)).rejects.toThrow('asked')
    expect(asked.map(({ argv }) => argv[7])).toEqual([seconds, seconds])
    expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([0, 0].map(() => 60_000 + 2000 * Number(seconds)))
  })
})
