import { describe, expect, it } from 'vitest'
import { overlayRollback } from '../../checks/overlay-rollback.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('overlay-rollback', () => {
  it('tells every node what to empty', () => {
    expect(judge(overlayRollback, {})).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/var/lib/containerd') },
    })
  })

  it('has nothing to say without a runtime', () => {
    expect(judge(overlayRollback, { containerRuntimes: { containerd: null } }).status).toBe('not-applicable')
  })

  it('names Docker’s own place', () => {
    expect(
      judge(overlayRollback, { containerRuntimes: { docker: { ...dockerNode, dataRoot: '/data/docker' } } }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('/data/docker, /var/lib/containerd') },
    })
  })

  it('does not count a runtime that is stopped', () => {
    expect(
      judge(overlayRollback, { containerRuntimes: { containerd: { ...healthyContainerd, active: false } } })
        .status,
    ).toBe('not-applicable')
  })

  it.each([...overlayRollback.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(overlayRollback, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
