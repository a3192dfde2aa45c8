import { describe, expect, it } from 'vitest'
import { repositoryDefinedTwice } from '../../checks/repository-defined-twice.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('repository-defined-twice', () => {
  it('passes when every id is defined once', () => {
    expect(judge(repositoryDefinedTwice, {}).status).toBe('pass')
  })

  it('fails when two files define one id', () => {
    expect(
      judge(repositoryDefinedTwice, {
        repositories: {
          repositories: [
            repository({ id: 'epel', file: '/etc/yum.repos.d/a.repo' }),
            repository({ id: 'epel', file: '/etc/yum.repos.d/b.repo' }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('epel') } })
  })

  it('counts a disabled definition, too', () => {
    expect(
      judge(repositoryDefinedTwice, {
        repositories: {
          repositories: [
            repository({ id: 'epel' }),
            repository({ id: 'epel', enabled: false, file: '/etc/yum.repos.d/b.repo' }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('epel') } })
  })

  it('tells ids apart by case', () => {
    expect(
      judge(repositoryDefinedTwice, {
        repositories: {
          repositories: [
            repository({ id: 'epel' }),
            repository({ id: 'EPEL', file: '/etc/yum.repos.d/b.repo' }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it.each([...repositoryDefinedTwice.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(repositoryDefinedTwice, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
