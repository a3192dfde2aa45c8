import { describe, expect, it } from 'vitest'
import { managedBySatellite } from '../../checks/managed-by-satellite.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('managed-by-satellite', () => {
  it('passes a host that nobody manages', () => {
    expect(judge(managedBySatellite, {}).status).toBe('pass')
  })

  it('knows Katello by its certificate package', () => {
    expect(
      judge(managedBySatellite, {
        packages: { packages: [rpm({ name: 'katello-ca-consumer-satellite.example.com' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Katello') } })
  })

  it('knows Spacewalk by its client', () => {
    expect(
      judge(managedBySatellite, { packages: { packages: [rpm({ name: 'rhn-client-tools' })] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Spacewalk') } })
  })

  it('does not mind subscription-manager alone', () => {
    expect(
      judge(managedBySatellite, { packages: { packages: [rpm({ name: 'subscription-manager' })] } }).status,
    ).toBe('pass')
  })

  it.each([...managedBySatellite.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(managedBySatellite, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
