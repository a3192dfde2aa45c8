import { describe, expect, it } from 'vitest'
import { kernelPackageFlavourPin } from '../../checks/kernel-package-flavour-pin.ts'
import { repository } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('kernel-package-flavour-pin', () => {
  it('passes on CentOS repositories', () => {
    expect(judge(kernelPackageFlavourPin, {}).status).toBe('pass')
  })

  it('fails when kernel-5.10 is enabled', () => {
    expect(
      judge(kernelPackageFlavourPin, {
        repositories: {
          repositories: [
            repository({
              id: 'kernel-5.10',
              file: '/etc/yum.repos.d/AnolisOS-kernel-5.10.repo',
              baseurl: ['https://mirrors.openanolis.cn/anolis/8/kernel-5.10/x86_64/os/'],
            }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('kernel-5.10') } })
  })

  it('accepts Plus while it is disabled', () => {
    expect(
      judge(kernelPackageFlavourPin, {
        repositories: {
          repositories: [
            repository({
              id: 'Plus',
              enabled: false,
              baseurl: ['https://mirrors.openanolis.cn/anolis/8.8/Plus/x86_64/os'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('accepts BaseOS of Anolis OS', () => {
    expect(
      judge(kernelPackageFlavourPin, {
        repositories: {
          repositories: [
            repository({
              id: 'BaseOS',
              baseurl: ['https://mirrors.openanolis.cn/anolis/8.8/BaseOS/x86_64/os'],
            }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('knows Plus on a mirror', () => {
    expect(
      judge(kernelPackageFlavourPin, {
        repositories: {
          repositories: [
            repository({ id: 'Plus', baseurl: ['https://mirrors.example.com/anolis/8.8/Plus/x86_64/os'] }),
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('Plus') } })
  })

  it.each([...kernelPackageFlavourPin.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(kernelPackageFlavourPin, fact)).toMatchObject({
      status: 'unknown',
      missing: [{ fact }],
    })
  })
})
