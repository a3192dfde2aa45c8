import { describe, expect, it } from 'vitest'
import { mtuCarried } from '../../checks/mtu-carried.ts'
import { nic } from '../support/healthy-node.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('mtu-carried', () => {
  it('passes 1500 everywhere', () => {
    expect(judge(mtuCarried, {}).status).toBe('pass')
  })

  it('names jumbo frames', () => {
    expect(judge(mtuCarried, { nics: { interfaces: [nic({ name: 'eth0', mtu: 9000 })] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('eth0 9000') },
    })
  })

  it('does not count the loopback and container interfaces', () => {
    expect(
      judge(mtuCarried, {
        nics: {
          interfaces: [
            nic({ name: 'lo', kind: 'loopback', mtu: 65536 }),
            nic({ name: 'cali1', kind: 'virtual', mtu: 1450 }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('counts a smaller one', () => {
    expect(judge(mtuCarried, { nics: { interfaces: [nic({ name: 'eth0', mtu: 1450 })] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('eth0 1450') },
    })
  })

  it('says nothing when the MTU is not known', () => {
    expect(judge(mtuCarried, { nics: { interfaces: [nic({ name: 'eth0', mtu: null })] } }).status).toBe(
      'pass',
    )
  })

  it.each([...mtuCarried.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(mtuCarried, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
