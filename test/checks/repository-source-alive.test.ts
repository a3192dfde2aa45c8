import { describe, expect, it } from 'vitest'
import { repositorySourceAlive } from '../../checks/repository-source-alive.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('repository-source-alive', () => {
  it('passes when the repositories point to the vault', () => {
    expect(judge(repositorySourceAlive, {}).status).toBe('pass')
  })

  it('fails on the mirror list that was switched off', () => {
    expect(
      judge(repositorySourceAlive, {
        repositories: {
          repositories: [
            repository({
              id: 'baseos',
              mirrorlist: 'http://mirrorlist.centos.org/?release=8&arch=x86_64&repo=BaseOS',
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('baseos') } })
  })

  it('ignores a dead repository that is disabled', () => {
    expect(
      judge(repositorySourceAlive, {
        repositories: {
          repositories: [
            repository({
              id: 'baseos',
              enabled: false,
              baseurl: ['http://mirror.centos.org/centos/8/BaseOS/x86_64/os/'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('fails on the dead mirror as a base URL', () => {
    expect(
      judge(repositorySourceAlive, {
        repositories: {
          repositories: [
            repository({
              id: 'extras',
              baseurl: ['http://mirror.centos.org/$contentdir/8/extras/$basearch/os/'],
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('extras') } })
  })

  it.each([
    ['https://mirrors.aliyun.com/centos/8/BaseOS/x86_64/os/', 'fail'],
    ['https://mirrors.tuna.tsinghua.edu.cn/centos/$releasever/AppStream/$basearch/os/', 'fail'],
    ['https://repo.huaweicloud.com/centos/8-stream/BaseOS/x86_64/os/', 'fail'],
    ['https://mirrors.aliyun.com/centos-vault/8.5.2111/BaseOS/x86_64/os/', 'pass'],
    ['https://mirrors.aliyun.com/centos/7/os/x86_64/', 'pass'],
    ['https://repo.example.com/centos/8/BaseOS/x86_64/os/', 'pass'],
  ])('judges %s: %s', (baseurl, status) => {
    const repositories = { repositories: [repository({ id: 'baseos', baseurl: [baseurl] })] }
    expect(judge(repositorySourceAlive, { repositories }).status).toBe(status)
  })

  it('takes a company mirror with a similar name for alive', () => {
    expect(
      judge(repositorySourceAlive, {
        repositories: {
          repositories: [
            repository({ id: 'baseos', baseurl: ['http://mirror.centos.org.example.com/8/BaseOS/'] }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...repositorySourceAlive.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(repositorySourceAlive, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
