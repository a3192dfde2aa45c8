import { describe, expect, it } from 'vitest'
import { networkTopology } from '../../checks/network-topology.ts'
import { nic } from '../support/healthy-node.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('network-topology', () => {
  it('passes a plain interface', () => {
    expect(judge(networkTopology, {}).status).toBe('pass')
  })

  it('names a bond and a VLAN over it', () => {
    expect(
      judge(
        networkTopology,
        {
          nics: {
            interfaces: [
              nic({ name: 'bond0', kind: 'bond', bond: { mode: '802.3ad', ports: ['eth0', 'eth1'] } }),
              nic({ name: 'bond0.100', kind: 'vlan', vlan: { id: 100, parent: 'bond0' } }),
            ],
          },
        },
        { kernel: kernelWith({ modules: { bonding: 'module', '8021q': 'module' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('bond0 (bond), bond0.100 (vlan)') },
    })
  })

  it('blocks when the kernel has no bonding', () => {
    expect(
      judge(
        networkTopology,
        { nics: { interfaces: [nic({ name: 'bond0', kind: 'bond' })] } },
        { kernel: kernelWith({ modules: { bonding: 'absent' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('no module bonding') },
    })
  })

  it('is unknown when the data does not tell about one of the modules, and still names what to rebuild', () => {
    expect(
      judge(
        networkTopology,
        {
          nics: { interfaces: [nic({ name: 'bond0', kind: 'bond' }), nic({ name: 'br0', kind: 'bridge' })] },
        },
        { kernel: kernelWith({ modules: { bonding: 'module' } }) },
      ),
    ).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining('whether it has bridge') } })
  })

  it('warns more of a team', () => {
    expect(
      judge(
        networkTopology,
        { nics: { interfaces: [nic({ name: 'team0', kind: 'team' })] } },
        { kernel: kernelWith({ modules: { team: 'module' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('team0 (team)') },
    })
  })

  it('leaves the bridges of container runtimes alone', () => {
    expect(
      judge(networkTopology, {
        nics: {
          interfaces: [nic({ name: 'docker0', kind: 'bridge' }), nic({ name: 'virbr0', kind: 'bridge' })],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...networkTopology.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(networkTopology, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
