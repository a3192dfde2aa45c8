import { describe, expect, it } from 'vitest'
import { DataRule, possibleActions } from '../../src/model/data-rules.ts'
import { decideData } from '../../src/plan/decide-data.ts'
import type { FoundData } from '../../src/plan/local-data.ts'
import { madeAgain, whoMakesAgain } from '../../src/plan/made-again.ts'

function data(kind: FoundData['kind'], path: string | null = null): FoundData {
  return { id: `${kind}:${path}`, kind, path, usedBy: ['shop/web'], bytes: null }
}

function actions(
  found: readonly FoundData[],
  {
    rules = [],
    wipesDisk = true,
    host = 'worker-1',
  }: { rules?: readonly DataRule[]; wipesDisk?: boolean; host?: string } = {},
): (string | null)[] {
  return decideData(found, { host, wipesDisk, rules }).map(({ action }) => action)
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
      { kind: 'host-path', path: '/srv', hosts: ['other'], action: 'discard', reason: 'other hosts' },
      { path: '/srv/keep', action: 'park', reason: 'li.wei' },
      { path: '/srv', action: 'discard', reason: 'scratch' },
    ]
    const found = [
      data('host-path', '/srv/keep/a'),
      data('host-path', '/srv/keeper'),
      data('host-path', '/srvx'),
    ]
    expect(actions(found, { rules })).toEqual(['park', 'discard', null])
    expect(decideData(found, { host: 'other', wipesDisk: true, rules })[0]).toMatchObject({
      action: 'discard',
      reason: { en: 'other hosts' },
    })
  })

  it('never applies an action that means nothing for the kind', () => {
    const rules: DataRule[] = [{ path: '/', action: 'park', reason: 'all' }]
    expect(
      actions([data('empty-dir', '/var/lib/kubelet/pods'), data('etcd', '/var/lib/etcd')], { rules }),
    ).toEqual([null, null])
  })

  it('keeps everything but emptyDir when the disk is kept', () => {
    const found = [
      data('host-path', '/srv/a'),
      data('etcd', '/var/lib/etcd'),
      data('images'),
      data('empty-dir'),
    ]
    expect(actions(found, { wipesDisk: false })).toEqual(['preserve', 'preserve', 'preserve', null])
  })

  it('need not be told about what is made anew on every node, unless somebody wants it otherwise', () => {
    const found = [data('host-path', '/etc/cni/net.d'), data('kubelet-root', '/var/lib/kubelet')]
    expect(actions(found)).toEqual(['discard', 'discard'])
    const rules: DataRule[] = [{ path: '/etc/cni', action: 'park', reason: 'hand-made' }]
    expect(actions(found, { rules })).toEqual(['park', 'discard'])
  })
})

describe('DataRule', () => {
  it.each([
    [{ action: 'park', reason: 'x' }, 'a kind, a path or both'],
    [{ kind: 'empty-dir', action: 'park', reason: 'x' }, 'empty-dir can be discard only'],
    [{ path: 'srv', action: 'park', reason: 'x' }, 'a path begins with /'],
    [{ path: '/srv/../etc', action: 'park', reason: 'x' }, 'a path begins with /'],
    [{ kind: 'images', action: 'park' }, 'reason'],
  ])('refuses %j', (rule, message) => {
    const result = DataRule.safeParse(rule)
    expect(result.success).toBe(false)
    expect(JSON.stringify(result.error?.issues)).toContain(message)
  })

  it('has an action for every kind', () => {
    for (const actions of Object.values(possibleActions)) expect(actions.length).toBeGreaterThan(0)
  })
})

describe('madeAgain', () => {
  it('holds absolute directories without a slash at the end, each with a source', () => {
    for (const { path, source } of madeAgain) {
      expect(path).toMatch(/^(\/[a-z0-9_.-]+)+$/)
      expect(source).toMatch(/^https:\/\//)
    }
  })

  it('covers what is below, and nothing that is only named alike', () => {
    expect(whoMakesAgain('/opt/cni/bin/bridge')).toBeDefined()
    expect(whoMakesAgain('/opt/cni/binaries')).toBeUndefined()
    expect(whoMakesAgain('/')).toBeUndefined()
  })
})
