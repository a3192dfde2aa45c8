import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlanOptions } from '../../src/model/plan-options.ts'
import type { DataAction, DataKind } from '../../src/model/data-decision.ts'
import { decideData } from '../../src/plan/decide-data.ts'
import { actionsOf, dataGroups, decide } from '../../src/wizard/data-groups.ts'
import type { HostData } from '../../src/wizard/move.ts'

const empty = PlanOptions.parse({ schema: 'plan-options/v1', playbook: 'centos8-to-containeros' })

interface Place {
  host: string
  kind: DataKind
  path: string | null
  /** In place of kind and path. */
  id?: string
}

/** As the plan decides it with these options. */
function decided(places: readonly Place[], options: PlanOptions = empty): HostData[] {
  return places.map(({ host, kind, path, id = `${kind}:${path ?? ''}` }) => {
    const found = { id, kind, path, usedBy: [], bytes: 1 }
    const [data] = decideData([found], {
      host,
      target: 'containeros',
      rules: options.data,
      isOffSystemDisk: () => true,
      isRewrittenOnWayBack: false,
    })
    return { host, target: 'containeros', data: data! }
  })
}

const volume = (host: string, path: string | null): Place => ({ host, kind: 'local-volume', path })

describe('groups of local data', () => {
  it('asks once about many places beside each other, and once about one place on many hosts', () => {
    const places = [
      ...['a', 'b', 'c'].map((name) => volume('n1', `/var/disks/${name}`)),
      volume('n2', '/var/disks/a'),
      ...['n1', 'n2'].map((host): Place => ({ host, kind: 'host-path', path: '/opt/cache' })),
      { host: 'n1', kind: 'host-path', path: '/opt/other' } as const,
    ]
    const groups = dataGroups(decided(places)).map(({ kind, path, isParent, hosts }) => ({
      kind,
      path,
      isParent,
      hosts,
    }))
    expect(groups).toEqual([
      { kind: 'host-path', path: '/opt/cache', isParent: false, hosts: ['n1', 'n2'] },
      { kind: 'local-volume', path: '/var/disks', isParent: true, hosts: ['n1', 'n2'] },
      { kind: 'host-path', path: '/opt/other', isParent: false, hosts: ['n1'] },
    ])
  })

  it('never widens a decision to a directory in /', () => {
    const places = ['/data1', '/data2', '/data3', '/srv/a', '/srv/b', '/srv/c'].map((path) =>
      volume('n1', path),
    )
    expect(
      dataGroups(decided(places))
        .map(({ path }) => path ?? '')
        .sort((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['/data1', '/data2', '/data3', '/srv/a', '/srv/b', '/srv/c'])
  })

  it('names the hosts of a discard, so that another host is asked about', () => {
    const one = decided([volume('n1', '/data')])
    const options = decide(empty, dataGroups(one)[0]!, { action: 'discard', reason: 'li.wei' })
    expect(options.data).toEqual([
      { kind: 'local-volume', path: '/data', hosts: ['n1'], action: 'discard', reason: 'li.wei' },
    ])
    const [group] = dataGroups(decided([volume('n1', '/data'), volume('n2', '/data')], options))
    expect(group?.action).toBeNull()
  })

  it('decides about volumes without a path by their names: one that comes later is asked about', () => {
    const claim = (host: string, name: string): Place => ({
      ...volume(host, null),
      id: `local-volume:shop/${name}`,
    })
    const shown = [claim('n1', 'b'), claim('n2', 'a'), volume('n1', '/data')]
    const group = dataGroups(decided(shown)).find(({ path }) => path === null)!
    for (const action of ['reattach', 'discard'] as const) {
      const options = decide(empty, group, { action, reason: 'li.wei' })
      expect(options.data).toMatchObject([
        { kind: 'local-volume', ids: ['local-volume:shop/a', 'local-volume:shop/b'] },
      ])
      expect(options.data[0]).not.toHaveProperty('path')
      const later = decided([...shown, claim('n1', 'young')], options)
      expect(later.map(({ data }) => data.action)).toEqual([action, action, null, null])
    }
  })

  it('discards of many places beside each other those that were shown', () => {
    const shown = ['a', 'b', 'c'].map((name) => volume('n1', `/var/disks/${name}`))
    const [group] = dataGroups(decided(shown))
    const options = decide(empty, group!, { action: 'discard', reason: 'li.wei' })
    const later = decided([...shown, volume('n1', '/var/disks/young')], options)
    expect(later.map(({ data }) => data.action)).toEqual(['discard', 'discard', 'discard', null])
    const parked = decide(options, group!, { action: 'park', reason: 'x' })
    expect(parked.data).toEqual([{ kind: 'local-volume', path: '/var/disks', action: 'park', reason: 'x' }])
  })

  it('leaves what somebody has accepted that nobody could tell, behind every decision', () => {
    const unknown = {
      kind: 'local-volume',
      action: 'discard',
      acceptUnknown: true,
      reason: 'it is empty',
    } as const
    const options = PlanOptions.parse({ ...empty, data: [unknown] })
    const groups = dataGroups(decided([volume('n1', null)]))
    const [group] = groups
    const after = decide(options, group!, { action: 'reattach', reason: 'kept' })
    expect(after.data.map(({ action, acceptUnknown }) => [action, acceptUnknown])).toEqual([
      ['reattach', undefined],
      ['discard', true],
    ])
  })

  it('lets a deeper place be decided otherwise, in whatever order they are asked', () => {
    const places = [volume('n1', '/var/data'), volume('n1', '/var/data/db/x')]
    const of = (options: PlanOptions, path: string): DataAction | null | undefined =>
      decided(places, options).find(({ data }) => data.path === path)?.data.action
    const decideAt = (options: PlanOptions, path: string, action: DataAction): PlanOptions =>
      decide(
        options,
        dataGroups(decided(places)).find((group) => group.path === path)!,
        { action, reason: 'x' },
      )
    for (const order of [
      ['/var/data', '/var/data/db/x'],
      ['/var/data/db/x', '/var/data'],
    ]) {
      const actions: Record<string, DataAction> = { '/var/data': 'park', '/var/data/db/x': 'discard' }
      const options = order.reduce((before, path) => decideAt(before, path, actions[path]!), empty)
      expect(of(options, '/var/data')).toBe('park')
      expect(of(options, '/var/data/db/x')).toBe('discard')
    }
  })

  it('offers no archive of what the new system could not take back', () => {
    const offered = (place: Place) => actionsOf(dataGroups(decided([place]))[0]!)
    expect(offered(volume('n1', '/var/db'))).toEqual(['preserve', 'park', 'discard'])
    expect(offered(volume('n1', '/srv/db'))).toEqual(['preserve', 'discard'])
    expect(offered({ host: 'n1', kind: 'kubelet-root', path: '/var/lib/kubelet' })).toEqual([
      'preserve',
      'discard',
    ])
    expect(offered({ host: 'n1', kind: 'images', path: null })).toEqual(['park', 'discard'])
  })

  it('offers for each group what the plan takes, whatever is found; a decision is final and takes no other place along', () => {
    const path = fc
      .array(fc.constantFrom('data', 'srv', 'a', 'b', 'c', 'd'), { minLength: 1, maxLength: 4 })
      .chain((parts) => fc.constantFrom('/', '/var/').map((top) => `${top}${parts.join('/')}`))
    const place = fc.record({
      host: fc.constantFrom('n1', 'n2', 'n3'),
      kind: fc.constantFrom<DataKind>('host-path', 'local-volume', 'etcd'),
      path,
    })
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), fc.nat(), (places, seed) => {
        const groups = dataGroups(decided(places))
        expect(groups.flatMap(({ items }) => items)).toHaveLength(places.length)
        let options = empty
        const chosen = groups.map((group, index) => {
          const possible = actionsOf(group)
          const action = possible[(seed + index) % possible.length]!
          options = decide(options, group, { action, reason: 'x' })
          return { group, action }
        })
        expect(PlanOptions.safeParse(options).success).toBe(true)
        const after = decided(places, options)
        for (const { group, action } of chosen)
          for (const { host, data } of group.items)
            expect(after.find((item) => item.host === host && item.data.id === data.id)?.data.action).toBe(
              action,
            )
      }),
    )
  })
})
