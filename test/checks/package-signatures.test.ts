import { describe, expect, it } from 'vitest'
import { packageSignatures } from '../../checks/package-signatures.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('package-signatures', () => {
  it('passes when everything is signed', () => {
    expect(judge(packageSignatures, {}).status).toBe('pass')
  })

  it('names unsigned packages', () => {
    expect(
      judge(packageSignatures, { packages: { packages: [rpm({ name: 'own-tool', keyId: null })] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('own-tool') } })
  })

  it('does not count the keys in the database', () => {
    expect(
      judge(packageSignatures, { packages: { packages: [rpm({ name: 'gpg-pubkey', keyId: null })] } }).status,
    ).toBe('pass')
  })

  it('leaves foreign signatures to their own check', () => {
    expect(
      judge(packageSignatures, {
        packages: { packages: [rpm({ name: 'zabbix', keyId: '1d3d3b1d3d3b1d3d' })] },
      }).status,
    ).toBe('pass')
  })

  it.each([...packageSignatures.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(packageSignatures, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
