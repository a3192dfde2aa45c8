import { describe, expect, it } from 'vitest'
import { containerdConfigVersion } from '../../checks/containerd-config-version.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('containerd-config-version', () => {
  it('passes version 2 with certs.d', () => {
    expect(judge(containerdConfigVersion, {}).status).toBe('pass')
  })

  it('names version 1', () => {
    expect(
      judge(containerdConfigVersion, {
        containerRuntimes: { containerd: { ...healthyContainerd, configVersion: 1 } },
      }),
    ).toMatchObject({ status: 'fail', severity: 'low', here: { en: expect.stringContaining('version 1') } })
  })

  it('is graver for inline mirrors', () => {
    expect(
      judge(containerdConfigVersion, {
        containerRuntimes: {
          containerd: { ...healthyContainerd, registryConfigPath: null, registries: ['docker.io'] },
        },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'medium',
      here: { en: expect.stringContaining('inline mirrors (docker.io)') },
    })
  })

  it('passes defaults without a file', () => {
    expect(
      judge(containerdConfigVersion, {
        containerRuntimes: { containerd: { ...healthyContainerd, configPath: null, configVersion: null } },
      }).status,
    ).toBe('pass')
  })

  it('has nothing to say when containerd is off', () => {
    expect(
      judge(containerdConfigVersion, {
        containerRuntimes: { containerd: { ...healthyContainerd, active: false, enabled: false } },
      }).status,
    ).toBe('not-applicable')
  })

  it('takes a file without a version for version 1', () => {
    expect(
      judge(containerdConfigVersion, {
        containerRuntimes: { containerd: { ...healthyContainerd, configVersion: null } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('version 1') } })
  })

  it.each([...containerdConfigVersion.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(containerdConfigVersion, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
