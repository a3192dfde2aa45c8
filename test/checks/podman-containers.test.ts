import { describe, expect, it } from 'vitest'
import { podmanContainers } from '../../checks/podman-containers.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('podman-containers', () => {
  it('has nothing to say without podman', () => {
    expect(judge(podmanContainers, {}).status).toBe('not-applicable')
  })

  it('names its version', () => {
    expect(judge(podmanContainers, { containerRuntimes: { podmanVersion: '4.0.2' } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('podman 4.0.2') },
    })
  })

  it('does not mind containerd beside it', () => {
    expect(
      judge(podmanContainers, {
        containerRuntimes: { podmanVersion: '3.4.2', containerd: healthyContainerd },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('podman 3.4.2') } })
  })

  it('does not take Docker for it', () => {
    expect(judge(podmanContainers, { containerRuntimes: { docker: dockerNode } }).status).toBe(
      'not-applicable',
    )
  })

  it.each([...podmanContainers.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(podmanContainers, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
