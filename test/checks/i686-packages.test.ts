import { describe, expect, it } from 'vitest'
import { i686Packages } from '../../checks/i686-packages.ts'
import { rpm } from '../support/healthy-system.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('i686-packages', () => {
  it('passes a 64-bit host', () => {
    expect(judge(i686Packages, {}).status).toBe('pass')
  })

  it('counts 32-bit packages', () => {
    expect(
      judge(i686Packages, {
        packages: { packages: [rpm({ name: 'glibc', arch: 'i686' }), rpm({ name: 'glibc' })] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('1 32-bit packages: glibc') } })
  })

  it('accepts packages without an architecture', () => {
    expect(
      judge(i686Packages, { packages: { packages: [rpm({ name: 'tzdata', arch: 'noarch' })] } }).status,
    ).toBe('pass')
  })

  it('accepts 64-bit Arm', () => {
    expect(
      judge(i686Packages, { packages: { packages: [rpm({ name: 'glibc', arch: 'aarch64' })] } }).status,
    ).toBe('pass')
  })

  it.each([...i686Packages.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(i686Packages, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
