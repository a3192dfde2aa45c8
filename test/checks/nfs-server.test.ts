import { describe, expect, it } from 'vitest'
import { nfsServer } from '../../checks/nfs-server.ts'
import { unit } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('nfs-server', () => {
  it('passes a host that serves nothing', () => {
    expect(judge(nfsServer, {}).status).toBe('pass')
  })

  it('warns of an NFS server', () => {
    expect(judge(nfsServer, { units: { units: [unit({ name: 'nfs-server.service' })] } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('nfs-server.service') },
    })
  })

  it('blocks where it cannot run', () => {
    expect(
      judge(nfsServer, { units: { units: [unit({ name: 'smb.service' })] } }, { target: 'containeros' }),
    ).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: { en: expect.stringContaining('smb.service') },
    })
  })

  it('ignores one that is stopped', () => {
    expect(
      judge(nfsServer, { units: { units: [unit({ name: 'nfs-server.service', active: 'inactive' })] } })
        .status,
    ).toBe('pass')
  })

  it('believes the links when systemd could not be asked', () => {
    expect(
      judge(nfsServer, {
        units: { units: [unit({ name: 'nfs-server.service', active: null })], live: false },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('nfs-server.service') } })
  })

  it.each([...nfsServer.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(nfsServer, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
