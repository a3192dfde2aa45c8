import { describe, expect, it } from 'vitest'
import { sshAccessLost } from '../../checks/ssh-access-lost.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('ssh-access-lost', () => {
  it('fails on every host with sshd', () => {
    expect(judge(sshAccessLost, {})).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('0.0.0.0:22') },
    })
  })

  it('passes a host without sshd', () => {
    expect(judge(sshAccessLost, { ports: { listening: [] } }).status).toBe('pass')
  })

  it('knows sshd on another port', () => {
    expect(
      judge(sshAccessLost, {
        sshd: { ports: [2222] },
        ports: {
          listening: [{ protocol: 'tcp', address: '::', port: 2222, process: null, pid: null, unit: null }],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining(':::2222') } })
  })

  it('does not take UDP for it', () => {
    expect(
      judge(sshAccessLost, {
        ports: {
          listening: [
            { protocol: 'udp', address: '0.0.0.0', port: 22, process: null, pid: null, unit: null },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...sshAccessLost.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(sshAccessLost, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
