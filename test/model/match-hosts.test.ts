import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchHosts } from '../../src/model/match-hosts.ts'
import type { HostIdentity, NodeIdentity } from '../../src/model/match-hosts.ts'

function host(name: string, more: Partial<HostIdentity> = {}): HostIdentity {
  return { name, machineId: null, addresses: [], names: [name], ...more }
}

function node(name: string, more: Partial<NodeIdentity> = {}): NodeIdentity {
  return { name, machineId: null, addresses: [], ...more }
}

const keys = (result: ReturnType<typeof matchHosts>): string[] =>
  result.findings.map(({ key, hosts, nodes }) => `${key} ${hosts.join('+')} ${nodes.join('+')}`)

describe('matchHosts', () => {
  it('matches by machine id, address and name, and says by which', () => {
    const result = matchHosts(
      [
        host('a', { machineId: 'AA', addresses: ['10.0.0.1'] }),
        host('b', { addresses: ['10.0.0.2'] }),
        host('c.example.com'),
      ],
      [
        node('a', { machineId: 'aa', addresses: ['10.0.0.1'] }),
        node('n2', { addresses: ['10.0.0.2'] }),
        node('c'),
      ],
    )
    expect(result).toEqual({
      matches: [
        { host: 'a', node: 'a', by: ['machine-id', 'address', 'name'] },
        { host: 'b', node: 'n2', by: ['address'] },
        { host: 'c.example.com', node: 'c', by: ['name'] },
      ],
      findings: [],
    })
  })

  it('finds hosts without node and nodes without host', () => {
    expect(keys(matchHosts([host('a')], [node('b')]))).toEqual([
      'host-without-node a ',
      'node-without-host  b',
    ])
  })

  it('tells hosts with a cloned machine id apart by address', () => {
    const clones = ['1', '2', '3'].map((index) => `10.0.0.${index}`)
    const result = matchHosts(
      clones.map((address) => host(`h${address}`, { machineId: 'same', addresses: [address] })),
      clones.map((address) => node(`n${address}`, { machineId: 'same', addresses: [address] })),
    )
    expect(result.findings).toEqual([])
    expect(result.matches.map(({ node }) => node)).toEqual(clones.map((address) => `n${address}`))
  })

  it('does not choose when the evidence points at two nodes', () => {
    const result = matchHosts(
      [host('a', { machineId: 'x', addresses: ['10.0.0.2'] })],
      [node('n1', { machineId: 'x' }), node('n2', { addresses: ['10.0.0.2'] })],
    )
    expect(result.matches).toEqual([])
    expect(keys(result)).toEqual(['matches-several a n1+n2'])
  })

  it('does not choose between two hosts for one node', () => {
    const result = matchHosts(
      [host('a', { addresses: ['10.0.0.1'] }), host('b', { addresses: ['10.0.0.1'] })],
      [node('n', { addresses: ['10.0.0.1'] })],
    )
    expect(result.matches).toEqual([])
    expect(keys(result)).toEqual(['matches-several a+b n'])
  })

  it('does not take a machine that was installed again for the old one', () => {
    const result = matchHosts([host('n', { machineId: 'new' })], [node('n', { machineId: 'old' })])
    expect(result.matches).toEqual([])
    expect(keys(result)).toEqual(['machine-id-differs n n'])
  })

  it('keeps names of different domains apart, and addresses without short names', () => {
    expect(matchHosts([host('n1.a')], [node('n1.b')]).matches).toEqual([])
    expect(matchHosts([host('x', { names: ['10.0.0.1'] })], [node('10')]).matches).toEqual([])
  })

  it('speaks of every host and node exactly once, whatever they say of themselves', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'a.x', 'b.x', '10.0.0.1', '10.0.0.2')
    const words = fc.array(word, { maxLength: 3 })
    const id = fc.constantFrom(null, 'm1', 'm2', 'm3')
    const hosts = fc.array(fc.record({ machineId: id, addresses: words, names: words }), { maxLength: 5 })
    const nodes = fc.array(fc.record({ machineId: id, addresses: words }), { maxLength: 5 })
    fc.assert(
      fc.property(hosts, nodes, (someHosts, someNodes) => {
        const result = matchHosts(
          someHosts.map((one, index) => ({ ...one, name: `h${index}` })),
          someNodes.map((one, index) => ({ ...one, name: `n${index}` })),
        )
        const matchedHosts = result.matches.map(({ host }) => host)
        const matchedNodes = result.matches.map(({ node }) => node)
        expect(new Set(matchedHosts).size).toBe(matchedHosts.length)
        expect(new Set(matchedNodes).size).toBe(matchedNodes.length)
        const inFindings = new Set(result.findings.flatMap(({ hosts }) => hosts))
        for (const [index] of someHosts.entries())
          expect(matchedHosts.includes(`h${index}`)).toBe(!inFindings.has(`h${index}`))
        const named = new Set([...matchedNodes, ...result.findings.flatMap(({ nodes }) => nodes)])
        for (const [index] of someNodes.entries()) expect(named).toContain(`n${index}`)
      }),
    )
  })
})
