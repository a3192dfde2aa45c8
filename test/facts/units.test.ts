import { describe, expect, it } from 'vitest'
import { units } from '../../src/facts/units.ts'
import type { Units } from '../../src/model/facts-services.ts'
import { collectorInput } from '../support/collector-input.ts'

const stdout = `\u001evendor
chronyd.service
sshd.service
sshd@.service
dnf-makecache.timer
nis-domainname.service
\u001elocal vendor
*.service
\u001eunits
chronyd.service                  loaded    active   running NTP client/server
sshd.service                     loaded    active   running OpenSSH server daemon
sshd@1.service                   loaded    active   running OpenSSH per-connection
backup.service                   loaded    failed   failed  Nightly backup
sntp.service                     not-found inactive dead    sntp.service
dnf-makecache.timer              loaded    active   waiting dnf makecache --timer
session-1.scope                  loaded    active   running Session 1
\u001eunit files
chronyd.service                  enabled   enabled
sshd.service                     enabled   enabled
sshd@.service                    disabled  disabled
backup.service                   enabled   disabled
dnf-makecache.timer              enabled   enabled
nis-domainname.service           masked    disabled
data-more.mount                  enabled   disabled
data.mount                       generated -
\u001einstallable
`

describe('units', () => {
  it('joins what is loaded with what is on disk and says who made each unit', () => {
    const value = read({
      stdout,
      paths: {
        '/etc/systemd/system/backup.service': 'file',
        '/etc/systemd/system/data-more.mount': 'file',
        '/run/systemd/generator/data.service': 'file',
      },
      links: {
        '/etc/systemd/system/nis-domainname.service': '/dev/null',
        '/etc/systemd/system/dbus-org.example.service': '/usr/lib/systemd/system/chronyd.service',
      },
    })
    expect(value.live).toBe(true)
    expect(value.units.map((unit) => unit.name)).not.toContain('sntp.service')
    expect(unit(value, 'sshd.service')).toEqual({
      name: 'sshd.service',
      enabled: 'enabled',
      active: 'active',
      sub: 'running',
      path: '/usr/lib/systemd/system/sshd.service',
      origin: 'vendor',
    })
    expect(unit(value, 'sshd@1.service')).toMatchObject({
      enabled: null,
      path: '/usr/lib/systemd/system/sshd@.service',
    })
    expect(unit(value, 'backup.service')).toMatchObject({ active: 'failed', origin: 'administrator' })
    expect(unit(value, 'nis-domainname.service')).toMatchObject({ enabled: 'masked', active: null })
    expect(unit(value, 'data-more.mount')).toMatchObject({ enabled: 'enabled', origin: 'administrator' })
    expect(unit(value, 'data.mount')).toBeUndefined()
    expect(unit(value, 'data.service')).toMatchObject({ origin: 'runtime' })
    expect(unit(value, 'dbus-org.example.service')).toMatchObject({ origin: 'vendor' })
    expect(value.units.some(({ name }) => name.includes('*'))).toBe(false)
  })

  it('takes states from links and [Install] sections when systemd does not answer, and says so', () => {
    const silent = `\u001evendor
sshd.service
chronyd.service
emergency.service
\u001eunits
\u001esilent
\u001einstallable
/usr/lib/systemd/system/sshd.service
/usr/lib/systemd/system/chronyd.service
`
    const input = collectorInput({
      stdout: silent,
      links: {
        '/etc/systemd/system/multi-user.target.wants/sshd.service': '/usr/lib/systemd/system/sshd.service',
        '/etc/systemd/system/multi-user.target.wants/gone.service': '/opt/gone.service',
      },
    })
    expect(units.parse(input)).toEqual({
      degraded: expect.stringContaining('did not answer'),
      value: {
        live: false,
        units: [
          expect.objectContaining({ name: 'chronyd.service', enabled: 'disabled', active: null }),
          expect.objectContaining({ name: 'emergency.service', enabled: 'static' }),
          expect.objectContaining({
            name: 'gone.service',
            enabled: 'enabled',
            path: null,
            origin: 'unknown',
          }),
          expect.objectContaining({ name: 'sshd.service', enabled: 'enabled', active: null }),
        ],
      },
    })
  })

  it.each([
    ['nothing', stdout.replace(/(?<=unit files\n)(?:[\w.@-]+ +[\w-]+ +[\w-]+\n)+/, '\u001esilent\n')],
    ['nothing, without a word', stdout.replace(/(?<=unit files\n)(?:[\w.@-]+ +[\w-]+ +[\w-]+\n)+/, '')],
    ['only a part', stdout.replace('\u001einstallable', '\u001esilent\n\u001einstallable')],
  ])('is not whole when systemd tells %s of its unit files', (_, answer) => {
    expect(units.parse(collectorInput({ stdout: answer }))).toMatchObject({
      value: { live: true },
      degraded: 'systemd did not list its unit files: what is enabled comes from links on disk',
    })
  })

  it('is a gap where there is no systemd at all', () => {
    expect(() => units.parse(collectorInput({ stdout: '\u001evendor\n\u001esilent\n' }))).toThrow(
      /no systemd/,
    )
  })
})

function read(given: Parameters<typeof collectorInput>[0]): Units {
  const result = units.parse(collectorInput(given))
  if ('degraded' in result) throw new Error(result.degraded)
  return result
}

function unit(value: Units, name: string): Units['units'][number] | undefined {
  return value.units.find((unit) => unit.name === name)
}
