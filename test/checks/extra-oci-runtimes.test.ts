import { describe, expect, it } from 'vitest'
import { extraOciRuntimes } from '../../checks/extra-oci-runtimes.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('extra-oci-runtimes', () => {
  it('passes runc', () => {
    expect(judge(extraOciRuntimes, {}).status).toBe('pass')
  })

  it('names gVisor', () => {
    expect(
      judge(extraOciRuntimes, {
        containerRuntimes: {
          containerd: {
            ...healthyContainerd,
            runtimes: [
              { name: 'runc', type: null },
              { name: 'runsc', type: 'io.containerd.runsc.v1' },
            ],
          },
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('runsc') } })
  })

  it('leaves Kata to its own check', () => {
    expect(
      judge(extraOciRuntimes, {
        containerRuntimes: {
          containerd: {
            ...healthyContainerd,
            runtimes: [{ name: 'kata-qemu', type: 'io.containerd.kata-qemu.v2' }],
          },
        },
      }).status,
    ).toBe('pass')
  })

  it('names a runtime of Docker', () => {
    expect(
      judge(extraOciRuntimes, {
        containerRuntimes: { docker: { ...dockerNode, runtimes: ['runc', 'nvidia'] } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('nvidia') } })
  })

  it('knows the names under which Docker lists runc', () => {
    expect(
      judge(extraOciRuntimes, {
        containerRuntimes: { docker: { ...dockerNode, runtimes: ['io.containerd.runc.v2', 'runc'] } },
      }).status,
    ).toBe('pass')
  })

  it.each([...extraOciRuntimes.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(extraOciRuntimes, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
