import { describe, expect, it } from 'vitest'
import { duplicatePackages } from '../../checks/duplicate-packages.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('duplicate-packages', () => {
  it('passes when every package is there once', () => {
    expect(judge(duplicatePackages, {}).status).toBe('pass')
  })

  it('fails when a package is there in two versions', () => {
    expect(
      judge(duplicatePackages, {
        packages: {
          packages: [rpm({ name: 'glibc', version: '2.28' }), rpm({ name: 'glibc', version: '2.29' })],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('glibc.x86_64') } })
  })

  it('accepts several kernels side by side', () => {
    expect(
      judge(duplicatePackages, {
        packages: {
          packages: [
            rpm({ name: 'kernel-core', version: '4.18.0', release: '1' }),
            rpm({ name: 'kernel-core', version: '4.18.0', release: '2' }),
          ],
        },
      }).status,
    ).toBe('pass')
  })

  it('takes two architectures for two packages', () => {
    expect(
      judge(duplicatePackages, {
        packages: { packages: [rpm({ name: 'glibc' }), rpm({ name: 'glibc', arch: 'i686' })] },
      }).status,
    ).toBe('pass')
  })

  it.each([...duplicatePackages.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(duplicatePackages, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
