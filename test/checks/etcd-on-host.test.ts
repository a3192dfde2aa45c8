import { describe, expect, it } from 'vitest'
import { etcdOnHost } from '../../checks/etcd-on-host.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('etcd-on-host', () => {
  it('passes a worker', () => {
    expect(judge(etcdOnHost, {}).status).toBe('pass')
  })

  it('warns in place', () => {
    expect(
      judge(etcdOnHost, {
        etcd: { present: true, dataDir: '/var/lib/etcd', managedBy: 'static-pod', sizeKiB: 102400 },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('/var/lib/etcd (static-pod, 100 MiB)') },
    })
  })

  it('blocks a rewrite', () => {
    expect(
      judge(
        etcdOnHost,
        { etcd: { present: true, dataDir: '/var/lib/etcd', managedBy: 'systemd', sizeKiB: null } },
        { target: 'containeros' },
      ),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('systemd') } })
  })

  it('does not need details', () => {
    expect(judge(etcdOnHost, { etcd: { present: true } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/var/lib/etcd (manager unknown)') },
    })
  })

  it('is unknown when a unit is there but its data was not found', () => {
    const etcd = { present: false, managedBy: 'systemd', dataDir: null } as const
    expect(judge(etcdOnHost, { etcd })).toMatchObject({
      status: 'unknown',
      reason: { en: expect.stringContaining('data was not found') },
    })
  })

  it('names the database of k3s for what it is', () => {
    const dataDir = '/var/lib/rancher/k3s/server/db/state.db'
    const etcd = { present: true, dataDir, managedBy: 'systemd', sizeKiB: 2048 } as const
    expect(judge(etcdOnHost, { etcd }, { target: 'containeros' })).toMatchObject({
      status: 'fail',
      severity: 'block',
      here: {
        en: `The cluster’s state (SQLite) in ${dataDir} (systemd, 2 MiB).`,
        zh: expect.stringContaining('SQLite'),
      },
    })
  })

  it.each([...etcdOnHost.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(etcdOnHost, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
