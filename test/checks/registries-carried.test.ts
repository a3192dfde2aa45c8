import { describe, expect, it } from 'vitest'
import { registriesCarried } from '../../checks/registries-carried.ts'
import { healthySystem } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'
import { dockerNode } from '../support/runtimes.ts'

const healthyContainerd = healthySystem.containerRuntimes.containerd!

describe('registries-carried', () => {
  it('passes without settings', () => {
    expect(judge(registriesCarried, {}).status).toBe('pass')
  })

  it('names mirrors and insecure registries', () => {
    expect(
      judge(registriesCarried, {
        containerRuntimes: {
          docker: {
            ...dockerNode,
            registryMirrors: ['https://mirror.example.com'],
            insecureRegistries: ['registry:5000'],
          },
        },
      }),
    ).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('docker insecure registry:5000') },
    })
  })

  it('does not count Docker’s own loopback entry', () => {
    expect(
      judge(registriesCarried, {
        containerRuntimes: { docker: { ...dockerNode, insecureRegistries: ['127.0.0.0/8'] } },
      }).status,
    ).toBe('pass')
  })

  it('names containerd’s registries', () => {
    expect(
      judge(registriesCarried, {
        containerRuntimes: { containerd: { ...healthyContainerd, registries: ['docker.io'] } },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('containerd docker.io') } })
  })

  it.each([...registriesCarried.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(registriesCarried, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
