import { describe, expect, it } from 'vitest'
import { listeningServices } from '../../checks/listening-services.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('listening-services', () => {
  it('passes sshd and the kubelet', () => {
    expect(judge(listeningServices, {}).status).toBe('pass')
  })

  it('names another program', () => {
    expect(
      judge(listeningServices, {
        ports: {
          listening: [
            {
              protocol: 'tcp',
              address: '0.0.0.0',
              port: 3306,
              process: 'mysqld',
              pid: 5,
              unit: 'mysqld.service',
            },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('mysqld:3306') } })
  })

  it.each(['haproxy', 'keepalived', 'cupsd'])(
    'names %s, which no other check judges by its port',
    (process) => {
      const port = {
        protocol: 'tcp' as const,
        address: '0.0.0.0',
        port: 6443,
        process,
        pid: 5,
        unit: `${process}.service`,
      }
      expect(judge(listeningServices, { ports: { listening: [port] } })).toMatchObject({ status: 'fail' })
    },
  )

  it('ignores what only this host can reach', () => {
    expect(
      judge(listeningServices, {
        ports: {
          listening: [
            {
              protocol: 'tcp' as const,
              address: '127.0.0.1',
              port: 3306,
              process: 'mysqld',
              pid: 5,
              unit: null,
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('leaves pods to Kubernetes', () => {
    expect(
      judge(listeningServices, {
        ports: {
          listening: [
            {
              protocol: 'tcp',
              address: '::',
              port: 9100,
              process: 'node_exporter',
              pid: 5,
              unit: 'kubepods-besteffort-pod1.slice',
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('knows the scopes of container runtimes', () => {
    expect(
      judge(listeningServices, {
        ports: {
          listening: [
            {
              protocol: 'tcp',
              address: '::',
              port: 9100,
              process: 'node_exporter',
              pid: 5,
              unit: 'cri-containerd-0f3a.scope',
            },
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('is unknown when the program is not known', () => {
    expect(
      judge(listeningServices, {
        ports: {
          listening: [{ protocol: 'tcp', address: '::', port: 9100, process: null, pid: null, unit: null }],
        },
      }).status,
    ).toBe('unknown')
  })

  it.each([...listeningServices.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(listeningServices, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
