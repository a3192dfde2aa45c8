import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cron, parseJob } from '../../src/facts/cron.ts'
import { collectorInput } from '../support/collector-input.ts'

describe('cron', () => {
  it('keeps what somebody added, with the user where the table names one', () => {
    const value = cron.parse(
      collectorInput({
        files: {
          '/etc/crontab': 'SHELL=/bin/bash\nMAILTO=root\n# comment\n',
          '/etc/cron.d/0hourly': '01 * * * * root run-parts /etc/cron.hourly\n',
          '/etc/cron.d/backup':
            '*/5  1-3 * * mon,tue backup /opt/backup/run --password=hunter2\n@reboot root /opt/x\n',
          '/var/spool/cron/deploy': '0 3 * * * /home/deploy/clean.sh\n',
        },
        paths: {
          '/etc/cron.daily/logrotate': 'file',
          '/etc/cron.daily/report': 'file',
          '/etc/cron.hourly/0anacron': 'file',
        },
      }),
    )
    expect(value).toEqual({
      jobs: [
        {
          source: '/etc/cron.d/backup',
          user: 'backup',
          schedule: '*/5 1-3 * * mon,tue',
          command: '/opt/backup/run --password=***',
        },
        { source: '/etc/cron.d/backup', user: 'root', schedule: '@reboot', command: '/opt/x' },
        {
          source: '/var/spool/cron/deploy',
          user: 'deploy',
          schedule: '0 3 * * *',
          command: '/home/deploy/clean.sh',
        },
        {
          source: '/etc/cron.daily/report',
          user: 'root',
          schedule: '@daily',
          command: '/etc/cron.daily/report',
        },
      ],
    })
  })

  it('cuts commands at 200 characters', () => {
    expect(parseJob(`* * * * * root ${'x'.repeat(900)}`, '/etc/crontab')?.command).toHaveLength(200)
  })

  it('leaves a line alone whose first words are no schedule, and a user that is none', () => {
    expect(parseJob('mysqldump -u root -psecret db more words', '/etc/cron.d/x')).toBeNull()
    expect(parseJob('5 4 * jan-mar sun,2 root /opt/x', '/etc/crontab')?.schedule).toBe('5 4 * jan-mar sun,2')
    expect(parseJob('* * * * * X=secret /opt/x', '/etc/cron.d/x')).toMatchObject({ user: null })
  })

  it('says that crontabs of users are hidden without root', () => {
    expect(cron.parse(collectorInput({ privilege: 'user' }))).toMatchObject({ degraded: /crontabs/ })
  })

  it('parses any line without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void parseJob(line, '/etc/crontab')))
    expect(parseJob('* * * *', '/etc/crontab')).toBeNull()
    expect(parseJob('PATH=/usr/bin:/bin', '/etc/crontab')).toBeNull()
  })
})
