import { describe, expect, it } from 'vitest'
import { localUsers } from '../../checks/local-users.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('local-users', () => {
  it('passes a host without own accounts', () => {
    expect(judge(localUsers, {}).status).toBe('pass')
  })

  it('names an account', () => {
    expect(
      judge(localUsers, {
        users: {
          users: [{ name: 'deploy', uid: 1001, gid: 1001, home: '/home/deploy', shell: '/bin/bash' }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('deploy') } })
  })

  it('counts sudo rules alone', () => {
    expect(judge(localUsers, { users: { sudoersFiles: ['/etc/sudoers.d/ops'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('1 sudoers files') },
    })
  })

  it('does not mind keys of root alone', () => {
    expect(
      judge(localUsers, {
        users: { authorizedKeys: [{ user: 'root', type: 'ssh-ed25519', fingerprint: 'SHA256:x' }] },
      }).status,
    ).toBe('pass')
  })

  it.each([...localUsers.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(localUsers, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
