import { describe, expect, it } from 'vitest'
import { DataRule } from '../../src/model/data-rules.ts'
import type { Target } from '../../src/model/target.ts'
import { decideData } from '../../src/plan/decide-data.ts'
import type { FoundData } from '../../src/plan/local-data.ts'

function data(kind: FoundData['kind'], path: string | null = null): FoundData {
  return { id: `${kind}:${path}`, kind, path, usedBy: ['shop/web'], bytes: null }
}

function actions(
  found: readonly FoundData[],
  {
    rules = [],
    target = 'containeros',
    host = 'worker-1',
    isOff,
  }: { rules?: readonly DataRule[]; target?: Target; host?: string; isOff?: boolean | undefined } = {},
): (string | null)[] {
  return decideData(found, {
    host,
    target,
    rules,
    isOffSystemDisk: () => isOff,
    isRewrittenOnWayBack: false,
  }).map(({ action }) => action)
}

describe('decideData', () => {
  it('leaves undecided what nobody has decided', () => {
    expect(
      actions([
        data('host-path', '/srv/a'),
        data('local-volume', '/mnt/a'),
        data('empty-dir'),
        data('images'),
        data('etcd', '/var/lib/etcd'),
      ]),
    ).toEqual([null, null, null, null, null])
  })

  it('takes the first rule that matches kind, path and host', () => {
    const rules: DataRule[] = [
      { kind: 'host-path', path: '/var', hosts: ['other'], action: 'discard', reason: 'other hosts' },
      { path: '/var/keep', action: 'park', reason: 'li.wei' },
      { path: '/var', action: 'discard', reason: 'scratch' },
    ]
    const found = [
      data('host-path', '/var/keep/a'),
      data('host-path', '/var/keeper'),
      data('host-path', '/varx'),
    ]
    expect(actions(found, { rules })).toEqual(['park', 'discard', null])
    expect(
      decideData(found, {
        host: 'other',
        target: 'containeros',
        rules,
        isOffSystemDisk: () => undefined,
        isRewrittenOnWayBack: false,
      })[0],
    ).toMatchObject({
      action: 'discard',
      reason: { en: 'other hosts' },
    })
  })

  it('asks for a kind where a rule is not about directories that pods use', () => {
    const rules: DataRule[] = [{ path: '/', action: 'discard', reason: 'all' }]
    expect(
      actions([data('empty-dir', '/var/lib/kubelet/pods'), data('etcd', '/var/lib/etcd')], { rules }),
    ).toEqual([null, null])
  })

  it('lets no wider rule decide where the first that matches says what cannot be', () => {
    const rules: DataRule[] = [
      { path: '/srv', action: 'reattach', reason: 'a disk of the network' },
      { path: '/', action: 'discard', reason: 'the rest' },
    ]
    const [decided] = decideData([data('host-path', '/srv/db')], {
      host: 'worker-1',
      target: 'containeros',
      rules,
      isOffSystemDisk: () => undefined,
      isRewrittenOnWayBack: false,
    })
    expect(decided).toMatchObject({
      action: null,
      reason: { en: expect.stringContaining('reattach') as string },
    })
  })

  it('believes preserve only of what is known to lie on another disk than the system', () => {
    const rules: DataRule[] = [{ path: '/srv', action: 'preserve', reason: 'its own disk' }]
    const found = [data('host-path', '/srv/db')]
    expect(actions(found, { rules, isOff: true })).toEqual(['preserve'])
    expect(actions(found, { rules, isOff: false })).toEqual([null])
    expect(actions(found, { rules })).toEqual([null])
    expect(actions(found, { rules, target: 'anolis-rhck' })).toEqual(['preserve'])
  })

  it('parks no raw device, and attaches again only what is in the network', () => {
    const rules = (action: DataRule['action']): DataRule[] => [{ kind: 'local-volume', action, reason: 'x' }]
    const raw = { ...data('local-volume', '/mnt/raw'), isBlock: true as const }
    const tied = data('local-volume', null)
    expect(actions([raw, tied], { rules: rules('park') })).toEqual([null, null])
    expect(actions([raw, tied], { rules: rules('reattach') })).toEqual([null, 'reattach'])
    expect(actions([raw, tied], { rules: rules('discard') })).toEqual(['discard', 'discard'])
    const [kept] = decideData([raw], {
      host: 'h',
      target: 'containeros',
      rules: rules('discard'),
      isOffSystemDisk: () => undefined,
      isRewrittenOnWayBack: false,
    })
    expect(kept).not.toHaveProperty('isBlock')
  })

  it.each<[string, { found: FoundData; why: string }]>([
    [
      'a path that is read-only there',
      { found: data('host-path', '/srv/db'), why: 'read-only on a ContainerOS' },
    ],
    [
      'a path that lies in memory there',
      { found: data('host-path', '/tmp/db'), why: 'gone at its next boot' },
    ],
    ['a link to such a path', { found: data('local-volume', '/var/run/db'), why: 'gone at its next boot' }],
    ['the whole system', { found: data('host-path', '/'), why: 'no absolute path of a directory' }],
    ['the root of a kubelet', { found: data('kubelet-root', '/var/lib/kubelet'), why: 'that cannot become' }],
    ['an etcd', { found: data('etcd', '/var/lib/etcd'), why: 'that cannot become' }],
  ])('does not let %s be parked, and names what can be done', (_, { found, why }) => {
    const rules: DataRule[] = [{ kind: found.kind, action: 'park', reason: 'li.wei' }]
    const decided = (isOff: boolean) =>
      decideData([found], {
        host: 'h',
        target: 'containeros',
        rules,
        isOffSystemDisk: () => isOff,
        isRewrittenOnWayBack: false,
      })[0]
    expect(decided(false)?.action).toBeNull()
    expect(decided(false)?.reason?.en).toMatch(new RegExp(`${why}.*; it can be discard$`))
    expect(decided(true)?.reason?.en).toMatch(/; it can be preserve, discard$/)
  })

  it('lets a path be parked that is read-only on a ContainerOS where the target is none', () => {
    const rules: DataRule[] = [{ path: '/srv', action: 'park', reason: 'li.wei' }]
    expect(actions([data('host-path', '/srv/db')], { rules, target: 'anolis-anck' })).toEqual(['park'])
  })

  it('lets be discarded what cannot be parked as it lies in memory there', () => {
    const rules: DataRule[] = [{ path: '/tmp', action: 'discard', reason: 'li.wei' }]
    expect(actions([data('host-path', '/tmp/db')], { rules })).toEqual(['discard'])
  })

  it('keeps nothing of the system disk in place that a rollback by image would overwrite', () => {
    const found = [
      data('host-path', '/srv/a'),
      data('host-path', '/mnt/own/b'),
      data('etcd', '/var/lib/etcd'),
      data('kubelet-root', '/var/lib/kubelet'),
      data('host-path', '/opt/cni/bin'),
      data('images'),
      data('local-volume'),
    ]
    const decided = (isRewrittenOnWayBack: boolean) =>
      decideData(found, {
        host: 'h',
        target: 'anolis-rhck',
        rules: [],
        isOffSystemDisk: (path) => path.startsWith('/mnt/own'),
        isRewrittenOnWayBack,
      })
    expect(decided(false).map(({ action }) => action)).toEqual(found.map(() => 'preserve'))
    expect(decided(true).map(({ action }) => action)).toEqual([
      null,
      'preserve',
      null,
      'preserve',
      'preserve',
      null,
      null,
    ])
    expect(decided(true)[0]?.reason?.en).toContain('rollback by image')
    expect(decided(true)[5]?.reason?.en).toContain('rollback by image')
    expect(decided(true)[6]?.reason?.en).toBe('nobody knows on which disk it lies')
  })

  it('keeps everything but emptyDir when the disk is kept', () => {
    const found = [
      data('host-path', '/srv/a'),
      data('etcd', '/var/lib/etcd'),
      data('images'),
      data('empty-dir'),
    ]
    expect(actions(found, { target: 'anolis-rhck' })).toEqual(['preserve', 'preserve', 'preserve', null])
  })

  it('does not let be parked where a DaemonSet writes before it could be put back, and names what can be done', () => {
    const found = { ...data('host-path', '/var/db'), writtenByStaying: ['kube-system/agent'] }
    const rules: DataRule[] = [{ path: '/var/db', action: 'park', reason: 'li.wei' }]
    const decided = (isOff: boolean) =>
      decideData([found], {
        host: 'h',
        target: 'containeros',
        rules,
        isOffSystemDisk: () => isOff,
        isRewrittenOnWayBack: false,
      })[0]
    expect(decided(false)).toMatchObject({
      action: null,
      reason: { en: expect.stringMatching(/kube-system\/agent.*; it can be discard$/) as string },
    })
    expect(decided(true)?.reason?.en).toMatch(/; it can be preserve, discard$/)
    expect(actions([found], { rules: [{ ...rules[0]!, action: 'preserve' }], isOff: true })).toEqual([
      'preserve',
    ])
  })

  it('need not be told about what is made anew on every node, unless somebody wants it otherwise', () => {
    const found = [data('host-path', '/opt/cni/bin'), data('kubelet-root', '/var/lib/kubelet')]
    expect(actions(found)).toEqual(['discard', 'discard'])
    const rules: DataRule[] = [{ path: '/opt/cni', action: 'preserve', reason: 'hand-made' }]
    expect(actions(found, { rules, isOff: true })).toEqual(['preserve', 'discard'])
  })
})

describe('DataRule', () => {
  it.each([
    [{ action: 'park', reason: 'x' }, 'a kind, a path or both'],
    [{ kind: 'empty-dir', action: 'park', reason: 'x' }, 'empty-dir can be discard only'],
    [{ path: 'srv', action: 'park', reason: 'x' }, 'a path begins with /'],
    [{ path: '/srv/../etc', action: 'park', reason: 'x' }, 'a path begins with /'],
    [{ kind: 'kubelet-root', action: 'park', reason: 'x' }, 'kubelet-root can be preserve, discard only'],
    [{ kind: 'etcd', action: 'park', reason: 'x' }, 'etcd can be preserve, discard only'],
    [{ kind: 'images', action: 'park' }, 'reason'],
    [{ kind: 'images', action: 'park', reason: 'x', acceptUnknown: true }, 'discarded by its kind only'],
    [
      { kind: 'local-volume', path: '/srv', action: 'discard', reason: 'x', acceptUnknown: true },
      'by its kind only',
    ],
    [
      { kind: 'images', ids: ['images'], action: 'discard', reason: 'x', acceptUnknown: true },
      'by its kind only',
    ],
    [{ path: '/srv', action: 'discard', reason: 'x', acceptUnknown: true }, 'by its kind only'],
    [{ ids: ['images'], action: 'discard', reason: 'x' }, 'a kind, a path or both'],
  ])('refuses %j', (rule, message) => {
    const result = DataRule.safeParse(rule)
    expect(result.success).toBe(false)
    expect(JSON.stringify(result.error?.issues)).toContain(message)
  })

  it('takes a slash at the end for none, and refuses what is no plain path', () => {
    const parse = (path: string) => DataRule.safeParse({ path, action: 'park', reason: 'x' })
    expect(parse('/srv/keep/').data?.path).toBe('/srv/keep')
    expect(parse('/').data?.path).toBe('/')
    expect(parse('/a/...b').success).toBe(true)
    for (const path of ['/..', '/../srv', '/./x', '//', '/srv//a', '/srv/.', '/srv/..', '/a\n/b', ''])
      expect([path, parse(path).success]).toEqual([path, false])
  })
})
