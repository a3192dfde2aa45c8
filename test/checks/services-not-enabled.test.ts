import { describe, expect, it } from 'vitest'
import { servicesNotEnabled } from '../../checks/services-not-enabled.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('services-not-enabled', () => {
  it('passes when kubelet and runtime are enabled', () => {
    expect(judge(servicesNotEnabled, {}).status).toBe('pass')
  })

  it('fails when the kubelet was started by hand', () => {
    expect(judge(servicesNotEnabled, { kubelet: { enabled: false } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('kubelet') },
    })
  })

  it('names the runtime', () => {
    expect(
      judge(servicesNotEnabled, {
        containerRuntimes: { containerd: { ...healthyContainerd, enabled: false } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('containerd') } })
  })

  it('does not mind services that do not run', () => {
    expect(judge(servicesNotEnabled, { kubelet: { enabled: false, active: false } }).status).toBe('pass')
  })

  it('accepts the containerd that docker starts', () => {
    expect(
      judge(servicesNotEnabled, {
        containerRuntimes: { containerd: { ...healthyContainerd, enabled: false }, docker: dockerNode },
      }).status,
    ).toBe('pass')
  })

  it.each([...servicesNotEnabled.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(servicesNotEnabled, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
