import { describe, expect, it } from 'vitest'
import { dockerToContainerd } from '../../checks/docker-to-containerd.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

describe('docker-to-containerd', () => {
  it('has nothing to say without Docker', () => {
    expect(judge(dockerToContainerd, {}).status).toBe('not-applicable')
  })

  it('is grave when the kubelet uses Docker', () => {
    expect(
      judge(dockerToContainerd, {
        kubelet: { runtimeEndpoint: null },
        containerRuntimes: { docker: dockerNode },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('runtime of this node') },
    })
  })

  it('is milder when Docker runs beside containerd', () => {
    expect(judge(dockerToContainerd, { containerRuntimes: { docker: dockerNode } })).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('beside') },
    })
  })

  it('passes Docker that is switched off', () => {
    expect(
      judge(dockerToContainerd, {
        containerRuntimes: { docker: { ...dockerNode, active: false, enabled: false } },
      }).status,
    ).toBe('pass')
  })

  it('knows the endpoint of cri-dockerd', () => {
    expect(
      judge(dockerToContainerd, {
        kubelet: { runtimeEndpoint: 'unix:///run/cri-dockerd.sock' },
        containerRuntimes: { docker: dockerNode },
      }),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('20.10.24') } })
  })

  it.each([...dockerToContainerd.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dockerToContainerd, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
