import { describe, expect, it } from 'vitest'
import { modularThirdParty } from '../../checks/modular-third-party.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('modular-third-party', () => {
  it('passes without modular packages of others', () => {
    expect(judge(modularThirdParty, {}).status).toBe('pass')
  })

  it('fails on a module of another vendor', () => {
    expect(
      judge(modularThirdParty, {
        packages: { packages: [rpm({ name: 'nginx', keyId: '1d3d3b1d3d3b1d3d', module: 'nginx:1.20' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('nginx:1.20') } })
  })

  it('accepts the distribution’s own modules', () => {
    expect(
      judge(modularThirdParty, { packages: { packages: [rpm({ name: 'nginx', module: 'nginx:1.20' })] } })
        .status,
    ).toBe('pass')
  })

  it('accepts other vendors’ plain packages', () => {
    expect(
      judge(modularThirdParty, {
        packages: { packages: [rpm({ name: 'nginx', keyId: '1d3d3b1d3d3b1d3d' })] },
      }).status,
    ).toBe('pass')
  })

  it.each([...modularThirdParty.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(modularThirdParty, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
