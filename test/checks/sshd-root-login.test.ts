import { describe, expect, it } from 'vitest'
import { sshdRootLogin } from '../../checks/sshd-root-login.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('sshd-root-login', () => {
  it('passes when passwords are off', () => {
    expect(judge(sshdRootLogin, {}).status).toBe('pass')
  })

  it('warns when root has a password only', () => {
    expect(
      judge(sshdRootLogin, { sshd: { permitRootLogin: 'yes', passwordAuthentication: 'yes' } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('no authorized key') },
    })
  })

  it('passes when root has a key', () => {
    expect(
      judge(sshdRootLogin, {
        sshd: { permitRootLogin: 'yes', passwordAuthentication: 'yes' },
        users: { authorizedKeys: [{ user: 'root', type: 'ssh-ed25519', fingerprint: 'SHA256:x' }] },
      }).status,
    ).toBe('pass')
  })

  it.each(['prohibit-password', 'without-password', 'forced-commands-only', null])(
    'passes when root’s password is refused (PermitRootLogin %s): the login was by a key',
    (permitRootLogin) => {
      expect(judge(sshdRootLogin, { sshd: { permitRootLogin, passwordAuthentication: 'yes' } }).status).toBe(
        'pass',
      )
    },
  )

  it('has nothing to say when the login is not root', () => {
    expect(judge(sshdRootLogin, { sshd: { loginUser: 'ops', passwordAuthentication: 'yes' } }).status).toBe(
      'not-applicable',
    )
  })

  it('does not count another account’s key', () => {
    expect(
      judge(sshdRootLogin, {
        sshd: { permitRootLogin: 'yes', passwordAuthentication: 'yes' },
        users: { authorizedKeys: [{ user: 'ops', type: 'ssh-ed25519', fingerprint: 'SHA256:x' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('root may log in by password') } })
  })

  it.each([...sshdRootLogin.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(sshdRootLogin, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
