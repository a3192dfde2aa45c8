import { describe, expect, it } from 'vitest'
import { bcacheInUse } from '../../checks/bcache-in-use.ts'
import { judge, judgeWithout, kernelWith } from '../support/judge.ts'

describe('bcache-in-use', () => {
  it('has nothing to say without bcache', () => {
    expect(judge(bcacheInUse, {}).status).toBe('not-applicable')
  })

  it('blocks where the kernel lacks the driver', () => {
    expect(
      judge(
        bcacheInUse,
        { storageStack: { bcache: ['bcache0'] } },
        { kernel: kernelWith({ modules: { bcache: 'absent' } }) },
      ),
    ).toMatchObject({ status: 'fail', severity: 'block', here: { en: expect.stringContaining('bcache0') } })
  })

  it('passes where it is there', () => {
    expect(
      judge(
        bcacheInUse,
        { storageStack: { bcache: ['bcache0'] } },
        { kernel: kernelWith({ modules: { bcache: 'module' } }) },
      ).status,
    ).toBe('pass')
  })

  it('is milder when it is in kernel-modules-extra', () => {
    expect(
      judge(
        bcacheInUse,
        { storageStack: { bcache: ['bcache0'] } },
        { kernel: kernelWith({ modules: { bcache: 'extra' } }) },
      ),
    ).toMatchObject({
      status: 'fail',
      severity: 'high',
      here: { en: expect.stringContaining('kernel-modules-extra') },
    })
  })

  it('is unknown when the kernel’s data does not say', () => {
    expect(
      judge(bcacheInUse, { storageStack: { bcache: ['bcache0'] } }, { kernel: kernelWith({}) }).status,
    ).toBe('unknown')
  })

  it.each([...bcacheInUse.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(bcacheInUse, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
