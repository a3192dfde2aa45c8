import { describe, expect, it } from 'vitest'
import { repositoryReleasever } from '../../checks/repository-releasever.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('repository-releasever', () => {
  it('passes repositories without $releasever', () => {
    expect(
      judge(repositoryReleasever, {
        repositories: {
          repositories: [
            repository({
              id: 'docker-ce',
              file: '/etc/yum.repos.d/docker-ce.repo',
              baseurl: ['https://download.docker.com/linux/centos/8/x86_64/stable'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('fails on docker-ce with $releasever', () => {
    expect(
      judge(repositoryReleasever, {
        repositories: {
          repositories: [
            repository({
              id: 'docker-ce-stable',
              file: '/etc/yum.repos.d/docker-ce.repo',
              baseurl: ['https://download.docker.com/linux/centos/$releasever/$basearch/stable'],
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('docker-ce-stable') } })
  })

  it('leaves the distribution’s own repositories to the conversion', () => {
    expect(
      judge(repositoryReleasever, {
        repositories: {
          repositories: [
            repository({
              id: 'baseos',
              baseurl: ['https://vault.centos.org/$releasever/BaseOS/$basearch/os/'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('accepts a release version that is pinned by a variable', () => {
    expect(
      judge(repositoryReleasever, {
        repositories: {
          vars: { releasever: '8' },
          repositories: [
            repository({
              id: 'epel',
              file: '/etc/yum.repos.d/epel.repo',
              metalink: 'https://mirrors.example.com/metalink?repo=epel-$releasever',
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('sees the form with braces in a metalink', () => {
    expect(
      judge(repositoryReleasever, {
        repositories: {
          repositories: [
            repository({
              id: 'epel',
              file: '/etc/yum.repos.d/epel.repo',
              metalink: 'https://mirrors.example.com/metalink?repo=epel-${releasever}',
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('epel') } })
  })

  it.each([...repositoryReleasever.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(repositoryReleasever, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
