import { describe, expect, it } from 'vitest'
import { csiLocalStorage } from '../../checks/csi-local-storage.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('csi-local-storage', () => {
  it('passes without drivers', () => {
    expect(judge(csiLocalStorage, {}).status).toBe('pass')
  })

  it('names a network driver', () => {
    expect(judge(csiLocalStorage, { csi: { drivers: ['disk.csi.example.com'] } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('disk.csi.example.com') },
    })
  })

  it('is graver for volumes on own disks', () => {
    expect(judge(csiLocalStorage, { csi: { drivers: ['local.csi.aliyun.com'] } })).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('Volumes on this host’s disks') },
    })
  })

  it('goes by sockets when no driver is listed', () => {
    expect(
      judge(csiLocalStorage, { csi: { sockets: ['/var/lib/kubelet/plugins/topolvm.io/node.sock'] } }),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('topolvm') } })
  })

  it.each([...csiLocalStorage.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(csiLocalStorage, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
