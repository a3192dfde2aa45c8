import { describe, expect, it } from 'vitest'
import { trustAnchors } from '../../checks/trust-anchors.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('trust-anchors', () => {
  it('passes without own authorities', () => {
    expect(judge(trustAnchors, {}).status).toBe('pass')
  })

  it('names them', () => {
    expect(judge(trustAnchors, { trustAnchors: { files: ['company-ca.pem'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('company-ca.pem') },
    })
  })

  it('shortens a long list', () => {
    expect(
      judge(trustAnchors, { trustAnchors: { files: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('(+2)') } })
  })

  it('does not shorten five', () => {
    expect(judge(trustAnchors, { trustAnchors: { files: ['a', 'b', 'c', 'd', 'e'] } })).toMatchObject({
      status: 'fail',
      here: { en: expect.stringContaining('a, b, c, d, e.') },
    })
  })

  it.each([...trustAnchors.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(trustAnchors, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
