import { describe, expect, it } from 'vitest'
import { isDistributionRepository, urlsOf } from '../../src/model/repositories.ts'
import { repository } from '../support/healthy-system.ts'

describe('isDistributionRepository', () => {
  it.each([
    [{ file: '/etc/yum.repos.d/CentOS-Linux-BaseOS.repo' }, true],
    [{ file: '/etc/yum.repos.d/AnolisOS-BaseOS.repo' }, true],
    [
      { file: '/etc/yum.repos.d/own.repo', baseurl: ['https://vault.centos.org/8.5.2111/BaseOS/x86_64/os/'] },
      true,
    ],
    [
      {
        file: '/etc/yum.repos.d/own.repo',
        baseurl: ['https://mirrors.example.com/anolis/8.8/BaseOS/x86_64/os'],
      },
      true,
    ],
    [
      {
        file: '/etc/yum.repos.d/docker-ce.repo',
        baseurl: ['https://download.docker.com/linux/rhel/8/x86_64/stable'],
      },
      false,
    ],
    [
      {
        file: '/etc/yum.repos.d/docker-ce.repo',
        baseurl: ['https://download.docker.com/linux/centos/$releasever/x86_64/stable'],
      },
      false,
    ],
    [{ file: '/etc/yum.repos.d/own.repo' }, false],
  ])('judges %o', (values, expected) => {
    expect(isDistributionRepository(repository({ id: 'x', ...values }))).toBe(expected)
  })
})

describe('urlsOf', () => {
  it('lists every address', () => {
    const all = repository({ id: 'x', baseurl: ['a', 'b'], mirrorlist: 'c', metalink: 'd' })
    expect(urlsOf(all)).toEqual(['a', 'b', 'c', 'd'])
    expect(urlsOf(repository({ id: 'x' }))).toEqual([])
  })
})
