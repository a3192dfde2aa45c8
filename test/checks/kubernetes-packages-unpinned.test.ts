import { describe, expect, it } from 'vitest'
import { kubernetesPackagesUnpinned } from '../../checks/kubernetes-packages-unpinned.ts'
import { repository, rpm } from '../support/healthy-system.ts'
import { commandsOf, judge, judgeWithout } from '../support/judge.ts'

describe('kubernetes-packages-unpinned', () => {
  it('has nothing to say without Kubernetes packages', () => {
    expect(judge(kubernetesPackagesUnpinned, {}).status).toBe('not-applicable')
  })

  it('fails when nothing holds the kubelet', () => {
    expect(
      judge(kubernetesPackagesUnpinned, {
        packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes' })] },
        repositories: {
          repositories: [
            repository({ id: 'kubernetes', baseurl: ['https://pkgs.k8s.io/core:/stable:/v1.26/rpm/'] }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('kubelet') } })
  })

  it('passes when the repository excludes it', () => {
    expect(
      judge(kubernetesPackagesUnpinned, {
        packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes' })] },
        repositories: { repositories: [repository({ id: 'kubernetes', exclude: ['kube*'] })] },
      }).status,
    ).toBe('pass')
  })

  it('passes when a version lock holds it', () => {
    expect(
      judge(kubernetesPackagesUnpinned, {
        packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes' })] },
        versionlock: { entries: ['kubelet-0:1.26.15-0.*'] },
        repositories: { repositories: [repository({ id: 'kubernetes' })] },
      }).status,
    ).toBe('pass')
  })

  it('passes when its repository is disabled', () => {
    expect(
      judge(kubernetesPackagesUnpinned, {
        packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes' })] },
        repositories: { repositories: [repository({ id: 'kubernetes', enabled: false })] },
      }).status,
    ).toBe('pass')
  })

  it('sees the one of two that is loose', () => {
    expect(
      judge(kubernetesPackagesUnpinned, {
        packages: {
          packages: [
            rpm({ name: 'kubelet', vendor: 'Kubernetes' }),
            rpm({ name: 'containerd.io', vendor: 'Docker' }),
          ],
        },
        dnfConfig: { exclude: ['kubelet'] },
        repositories: { repositories: [repository({ id: 'docker-ce' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('containerd.io') } })
  })

  it('disables the repositories, and offers no lock that the conversion would clear', () => {
    const result = judge(kubernetesPackagesUnpinned, {
      packages: { packages: [rpm({ name: 'kubelet', vendor: 'Kubernetes' })] },
      repositories: { repositories: [repository({ id: 'kubernetes' })] },
    })
    expect(commandsOf(result)).toEqual([['dnf', 'config-manager', '--set-disabled', 'kubernetes']])
  })

  it.each([...kubernetesPackagesUnpinned.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kubernetesPackagesUnpinned, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
