import { describe, expect, it } from 'vitest'
import { manualAlternatives } from '../../checks/manual-alternatives.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('manual-alternatives', () => {
  it('passes without alternatives', () => {
    expect(judge(manualAlternatives, {}).status).toBe('pass')
  })

  it('names a link that was set by hand', () => {
    expect(
      judge(manualAlternatives, {
        alternatives: { links: [{ name: 'python', mode: 'manual', target: '/usr/bin/python3' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('python') } })
  })

  it('always counts Java', () => {
    expect(
      judge(manualAlternatives, {
        alternatives: { links: [{ name: 'java', mode: 'auto', target: '/usr/lib/jvm/java-1.8.0/bin/java' }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('java') } })
  })

  it('leaves other automatic links alone', () => {
    expect(
      judge(manualAlternatives, {
        alternatives: { links: [{ name: 'ld', mode: 'auto', target: '/usr/bin/ld.bfd' }] },
      }).status,
    ).toBe('pass')
  })

  it.each([...manualAlternatives.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(manualAlternatives, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
