import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostGroups, judgedHost, selectorOfGroups } from '../../src/cli/wizard-groups.ts'
import { parseSelector, selects } from '../../src/model/selector.ts'
import { assessedHost, checkInfos } from '../support/wizard-data.ts'

function host(name: string, index: number, of: { groups?: string[]; labels?: Record<string, string> }) {
  const judged = assessedHost(name, index)
  return judgedHost({ ...judged, host: { ...judged.host, ...of } })
}

describe('groups of hosts', () => {
  it('counts each host once, in the smallest of its groups, else by its role, with verdicts and reasons', () => {
    const hosts = [
      host('a', 0, { groups: ['prod', 'web'] }),
      host('b', 1, { groups: ['prod'] }),
      host('c', 2, { groups: ['prod', 'web'] }),
      host('d', 3, { labels: { role: 'build' } }),
      host('e', 5, {}),
    ]
    const { groups } = hostGroups(hosts, checkInfos)
    expect(groups.map(({ id, hosts: count }) => [id, count])).toEqual([
      ['group=web', 2],
      ['', 1],
      ['group=prod', 1],
      ['role=build', 1],
    ])
    expect(groups[0]?.byTarget.find(({ target }) => target === 'containeros')).toMatchObject({
      verdicts: { READY: 1, BLOCKED: 1 },
      reasons: [
        { key: 'out-of-tree-modules', hosts: 1 },
        { key: 'writable-paths', hosts: 1 },
      ],
    })
  })

  it('says a selector in words about groups where one does, and names the hosts where none does', () => {
    const hosts = [
      host('a', 0, { groups: ['prod', 'web'] }),
      host('b', 1, { groups: ['prod'] }),
      host('d', 1, { groups: ['prod'] }),
      host('c', 2, {}),
    ]
    const { groupOf } = hostGroups(hosts, checkInfos)
    const of = (...ids: string[]): string | undefined => selectorOfGroups(ids, hosts, groupOf)
    expect(of('group=web')).toBe('group=web')
    expect(of('group=prod')).toBe('group=prod,group!=web')
    expect(of('group=prod', 'group=web')).toBe('group in (prod,web)')
    expect(of('')).toBe('host in (c)')
    expect(of('', 'group=prod', 'group=web')).toBeUndefined()
  })

  it('chooses exactly the hosts of the chosen groups, however groups overlap', () => {
    const label = fc.constantFrom('web', 'db', 'gpu', 'zone a', 'x"y')
    const hosts = fc
      .array(fc.record({ groups: fc.uniqueArray(label, { maxLength: 3 }), role: fc.option(label) }), {
        minLength: 1,
        maxLength: 20,
      })
      .map((rows) =>
        rows.map(({ groups, role }, index) =>
          host(`n${index}`, index, { groups, labels: role === null ? {} : { role } }),
        ),
      )
    fc.assert(
      fc.property(hosts, fc.infiniteStream(fc.boolean()), (all, coins) => {
        const { groups, groupOf } = hostGroups(all, checkInfos)
        expect(groups.reduce((sum, group) => sum + group.hosts, 0)).toBe(all.length)
        const chosen = groups.map(({ id }) => id).filter(() => coins.next().value)
        if (chosen.length === 0) return
        const text = selectorOfGroups(chosen, all, groupOf)
        const wanted = all.filter(({ name }) => chosen.includes(groupOf.get(name)!)).map(({ name }) => name)
        const found = text === undefined ? all : all.filter((one) => selects(parseSelector(text), one))
        expect(found.map(({ name }) => name)).toEqual(wanted)
      }),
    )
  })
})
