import { describe, expect, it } from 'vitest'
import { nicNamingEthx } from '../../checks/nic-naming-ethx.ts'
import { nic } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('nic-naming-ethx', () => {
  it('passes one card named eth0', () => {
    expect(judge(nicNamingEthx, {}).status).toBe('pass')
  })

  it('warns of two cards on RHCK', () => {
    expect(
      judge(nicNamingEthx, { nics: { interfaces: [nic({ name: 'eth0' }), nic({ name: 'eth1' })] } }),
    ).toMatchObject({ status: 'fail', severity: 'medium', here: { en: expect.stringContaining('2 cards') } })
  })

  it('is graver on another kernel', () => {
    expect(
      judge(
        nicNamingEthx,
        { nics: { interfaces: [nic({ name: 'eth0' }), nic({ name: 'ens1' })] } },
        { target: 'anolis-anck' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('eth0 named') } })
  })

  it('passes predictable names', () => {
    expect(
      judge(nicNamingEthx, { nics: { interfaces: [nic({ name: 'ens1' }), nic({ name: 'ens2' })] } }).status,
    ).toBe('pass')
  })

  it('accepts names that are pinned', () => {
    expect(
      judge(nicNamingEthx, {
        nics: { interfaces: [nic({ name: 'eth0' }), nic({ name: 'eth1' })] },
        networkConfig: { udevNetRules: ['/etc/udev/rules.d/70-persistent-net.rules'] },
      }).status,
    ).toBe('pass')
  })

  it('does not carry pins to a new system by itself', () => {
    expect(
      judge(
        nicNamingEthx,
        {
          nics: { interfaces: [nic({ name: 'eth0' }), nic({ name: 'eth1' })] },
          networkConfig: { linkFiles: ['/etc/systemd/network/10-eth0.link'] },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('2 cards') } })
  })

  it.each([...nicNamingEthx.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nicNamingEthx, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
