import { describe, expect, it } from 'vitest'
import { thirdPartyRepositories } from '../../checks/third-party-repositories.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('third-party-repositories', () => {
  it('passes when only the distribution’s are enabled', () => {
    expect(judge(thirdPartyRepositories, {}).status).toBe('pass')
  })

  it('names an enabled repository of another vendor', () => {
    expect(
      judge(thirdPartyRepositories, {
        repositories: {
          repositories: [
            repository({
              id: 'kubernetes',
              file: '/etc/yum.repos.d/kubernetes.repo',
              baseurl: ['https://pkgs.k8s.io/core:/stable:/v1.26/rpm/'],
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('kubernetes') } })
  })

  it('ignores one that is disabled', () => {
    expect(
      judge(thirdPartyRepositories, {
        repositories: {
          repositories: [
            repository({
              id: 'kubernetes',
              enabled: false,
              file: '/etc/yum.repos.d/kubernetes.repo',
              baseurl: ['https://pkgs.k8s.io/core:/stable:/v1.26/rpm/'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('knows a mirror of CentOS under any file name', () => {
    expect(
      judge(thirdPartyRepositories, {
        repositories: {
          repositories: [
            repository({
              id: 'base',
              file: '/etc/yum.repos.d/company.repo',
              baseurl: ['https://mirrors.example.com/centos/8/BaseOS/x86_64/os/'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...thirdPartyRepositories.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(thirdPartyRepositories, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
