import { describe, expect, it } from 'vitest'
import { daemonsetHostAccess } from '../../checks/daemonset-host-access.ts'
import { clusterPod, controller, judgeNode, withPods } from '../support/cluster-fixture.ts'
import { itNeedsItsLists } from '../support/needs-lists.ts'

function agent(volume: object): ReturnType<typeof withPods> {
  const volumes = [{ name: 'host', kind: 'hostPath', ...volume }]
  return withPods(clusterPod('agent', { owner: controller('DaemonSet/agent'), volumes }))
}

describe('daemonset-host-access', () => {
  it('passes without DaemonSets that touch the host', () => {
    expect(judgeNode(daemonsetHostAccess, {}).status).toBe('pass')
  })

  it.each(['/opt/cni/bin', '/usr/local/bin', '/'])('names one that writes to %s', (path) => {
    expect(judgeNode(daemonsetHostAccess, agent({ path }))).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('shop DaemonSet/agent') },
      evidence: [{ excerpt: `shop DaemonSet/agent: ${path}` }],
    })
  })

  it.each([
    ['in /var', { path: '/var/lib/agent' }],
    ['in /etc', { path: '/etc/cni/net.d' }],
    ['that it only reads', { path: '/lib/modules', readOnly: true }],
  ])('accepts a path %s', (_which, volume) => {
    expect(judgeNode(daemonsetHostAccess, agent(volume)).status).toBe('pass')
  })

  it('asks to try a privileged one', () => {
    const main = {
      name: 'main',
      image: 'agent',
      digest: null,
      ready: true,
      restarts: 0,
      privileged: true as const,
    }
    const pod = clusterPod('agent', { owner: controller('DaemonSet/agent'), containers: [main] })
    expect(judgeNode(daemonsetHostAccess, withPods(pod))).toMatchObject({ status: 'fail', severity: 'low' })
  })

  it('leaves other pods to their own check', () => {
    const volumes = [{ name: 'data', kind: 'hostPath', path: '/opt' }]
    expect(judgeNode(daemonsetHostAccess, withPods(clusterPod('web', { volumes }))).status).toBe('pass')
  })

  itNeedsItsLists(daemonsetHostAccess)
})
