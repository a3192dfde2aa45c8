import { describe, expect, it } from 'vitest'
import { runtimeDataRoot } from '../../checks/runtime-data-root.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('runtime-data-root', () => {
  it('passes /var/lib/containerd', () => {
    expect(judge(runtimeDataRoot, {}).status).toBe('pass')
  })

  it('names a root elsewhere', () => {
    expect(
      judge(runtimeDataRoot, {
        containerRuntimes: { containerd: { ...healthyContainerd, root: '/data/containerd' } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('containerd: /data/containerd') } })
  })

  it('counts Docker’s', () => {
    expect(
      judge(runtimeDataRoot, { containerRuntimes: { docker: { ...dockerNode, dataRoot: '/docker' } } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('docker: /docker') } })
  })

  it('accepts another place below /var', () => {
    expect(
      judge(runtimeDataRoot, {
        containerRuntimes: { containerd: { ...healthyContainerd, root: '/var/lib/container/containerd' } },
      }).status,
    ).toBe('pass')
  })

  it('does not take /variable for /var', () => {
    expect(
      judge(runtimeDataRoot, {
        containerRuntimes: { containerd: { ...healthyContainerd, root: '/variable' } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('/variable') } })
  })

  it.each([...runtimeDataRoot.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(runtimeDataRoot, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
