import { describe, expect, it } from 'vitest'
import { cronJobs } from '../../checks/cron-jobs.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('cron-jobs', () => {
  it('passes without jobs', () => {
    expect(judge(cronJobs, {}).status).toBe('pass')
  })

  it('counts jobs and those with Python', () => {
    expect(
      judge(cronJobs, {
        cron: {
          jobs: [
            {
              source: '/etc/cron.d/backup',
              user: 'root',
              schedule: '0 1 * * *',
              command: '/usr/bin/python3 /opt/backup.py',
            },
            { source: '/etc/cron.d/clean', user: 'root', schedule: '0 2 * * *', command: '/bin/clean' },
          ],
        },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('2 cron jobs beyond the distribution’s own, 1 of them') },
    })
  })

  it('counts one without an interpreter', () => {
    expect(
      judge(cronJobs, {
        cron: {
          jobs: [{ source: '/var/spool/cron/root', user: 'root', schedule: '@daily', command: '/bin/clean' }],
        },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1 cron jobs beyond the distribution’s own.') },
    })
  })

  it('knows a script by its suffix', () => {
    expect(
      judge(cronJobs, {
        cron: { jobs: [{ source: '/etc/crontab', user: null, schedule: '@daily', command: '/opt/x.py' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('1 of them with Python') } })
  })

  it.each([...cronJobs.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(cronJobs, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
