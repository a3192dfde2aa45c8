import { describe, expect, it } from 'vitest'
import { thirdPartyPackages } from '../../checks/third-party-packages.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('third-party-packages', () => {
  it('passes when the distribution signed everything', () => {
    expect(judge(thirdPartyPackages, {}).status).toBe('pass')
  })

  it('names packages of another vendor', () => {
    expect(
      judge(thirdPartyPackages, {
        packages: { packages: [rpm({ name: 'zabbix-agent', vendor: 'Zabbix', keyId: '1d3d3b1d3d3b1d3d' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('zabbix-agent') } })
  })

  it('leaves unsigned packages to their own check', () => {
    expect(
      judge(thirdPartyPackages, { packages: { packages: [rpm({ name: 'own-tool', keyId: null })] } }).status,
    ).toBe('pass')
  })

  it('expects the kubelet in the image', () => {
    expect(
      judge(
        thirdPartyPackages,
        {
          packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes', keyId: '1d3d3b1d3d3b1d3d' })] },
        },
        { target: 'containeros' },
      ).status,
    ).toBe('pass')
  })

  it('accepts packages that Anolis OS signed', () => {
    expect(
      judge(thirdPartyPackages, {
        packages: {
          packages: [rpm({ name: 'anolis-release', vendor: 'OpenAnolis', keyId: '619140084873f7c5' })],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...thirdPartyPackages.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(thirdPartyPackages, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
