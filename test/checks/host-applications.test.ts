import { describe, expect, it } from 'vitest'
import { hostApplications } from '../../checks/host-applications.ts'
import { rpm, unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('host-applications', () => {
  it('passes a plain worker', () => {
    expect(judge(hostApplications, {}).status).toBe('pass')
  })

  it('is mild while the application is stopped', () => {
    expect(
      judge(hostApplications, { packages: { packages: [rpm({ name: 'mariadb-server' })] } }),
    ).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('none of them running') },
    })
  })

  it('warns of one that runs', () => {
    expect(
      judge(hostApplications, {
        packages: { packages: [rpm({ name: 'mariadb-server' })] },
        units: { units: [unit({ name: 'mariadb.service' })] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('mariadb.service') },
    })
  })

  it('blocks where it cannot run', () => {
    expect(
      judge(
        hostApplications,
        {
          packages: { packages: [rpm({ name: 'postgresql-server' })] },
          units: { units: [unit({ name: 'postgresql.service' })] },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('PostgreSQL') },
    })
  })

  it('knows the load balancers in front of an API server', () => {
    expect(
      judge(
        hostApplications,
        {
          packages: { packages: [rpm({ name: 'haproxy' }), rpm({ name: 'keepalived' })] },
          units: { units: [], live: true },
        },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('load balancer') } })
  })

  it('does not take a client for a server', () => {
    expect(
      judge(hostApplications, {
        packages: { packages: [rpm({ name: 'mariadb' }), rpm({ name: 'postgresql' })] },
      }).status,
    ).toBe('pass')
  })

  it('does not call an application stopped when systemd could not be asked', () => {
    expect(
      judge(hostApplications, {
        packages: { packages: [rpm({ name: 'postgresql-server' })] },
        units: { units: [], live: false },
      }),
    ).toMatchObject({ status: 'unknown', reason: { en: expect.stringContaining('systemd') } })
  })

  it.each([...hostApplications.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(hostApplications, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
