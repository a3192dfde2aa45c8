import { describe, expect, it } from 'vitest'
import { storageStackOnImmutable } from '../../checks/storage-stack-on-immutable.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('storage-stack-on-immutable', () => {
  it('passes plain virtio disks', () => {
    expect(judge(storageStackOnImmutable, {}).status).toBe('pass')
  })

  it('names iSCSI and LUKS', () => {
    expect(
      judge(storageStackOnImmutable, { storageStack: { iscsiSessions: 2, luks: ['luks-data'] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('iSCSI, LUKS') } })
  })

  it('names multipath', () => {
    expect(judge(storageStackOnImmutable, { storageStack: { multipath: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('multipath') },
    })
  })

  it('leaves bcache and Ceph to their own checks', () => {
    expect(
      judge(storageStackOnImmutable, { storageStack: { bcache: ['bcache0'], cephOsds: ['osd.1'] } }).status,
    ).toBe('pass')
  })

  it.each([...storageStackOnImmutable.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(storageStackOnImmutable, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
