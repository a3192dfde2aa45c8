import { describe, expect, it } from 'vitest'
import { dragonflyCertsD } from '../../checks/dragonfly-certs-d.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('dragonfly-certs-d', () => {
  it('passes without Dragonfly', () => {
    expect(judge(dragonflyCertsD, {}).status).toBe('pass')
  })

  it('names the directory', () => {
    expect(
      judge(dragonflyCertsD, { cloudNative: { systems: [{ id: 'dragonfly', evidence: '/etc/dragonfly' }] } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('config_path is /etc/containerd/certs.d') },
    })
  })

  it('says when it is not set', () => {
    expect(
      judge(dragonflyCertsD, {
        cloudNative: { systems: [{ id: 'dragonfly', evidence: 'x' }] },
        containerRuntimes: { containerd: { ...healthyContainerd, registryConfigPath: null } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('config_path is not set') } })
  })

  it('does not mind other systems', () => {
    expect(judge(dragonflyCertsD, { cloudNative: { systems: [{ id: 'nri', evidence: 'x' }] } }).status).toBe(
      'pass',
    )
  })

  it.each([...dragonflyCertsD.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dragonflyCertsD, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
