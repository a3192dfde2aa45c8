import { describe, expect, it } from 'vitest'
import { networkScripts } from '../../checks/network-scripts.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('network-scripts', () => {
  it('passes NetworkManager', () => {
    expect(judge(networkScripts, {}).status).toBe('pass')
  })

  it('warns of network.service', () => {
    expect(judge(networkScripts, { networkConfig: { networkScripts: true } })).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('network.service is enabled') },
    })
  })

  it('names files outside NetworkManager', () => {
    expect(
      judge(
        networkScripts,
        {
          networkConfig: {
            ifcfg: [
              {
                file: '/etc/sysconfig/network-scripts/ifcfg-eth1',
                device: 'eth1',
                settings: { NM_CONTROLLED: 'no' },
              },
            ],
          },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('ifcfg-eth1') },
    })
  })

  it('reads the value without regard to case', () => {
    expect(
      judge(networkScripts, {
        networkConfig: {
          ifcfg: [
            {
              file: '/etc/sysconfig/network-scripts/ifcfg-eth1',
              device: 'eth1',
              settings: { NM_CONTROLLED: 'YES' },
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('knows NO in capitals', () => {
    expect(
      judge(networkScripts, {
        networkConfig: {
          ifcfg: [
            {
              file: '/etc/sysconfig/network-scripts/ifcfg-eth1',
              device: 'eth1',
              settings: { NM_CONTROLLED: 'NO' },
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('ifcfg-eth1') } })
  })

  it.each([...networkScripts.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(networkScripts, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
