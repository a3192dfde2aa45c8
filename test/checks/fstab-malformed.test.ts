import { describe, expect, it } from 'vitest'
import { fstabMalformed } from '../../checks/fstab-malformed.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('fstab-malformed', () => {
  it('passes a well-formed file', () => {
    expect(judge(fstabMalformed, {}).status).toBe('pass')
  })

  it('names the line', () => {
    expect(
      judge(fstabMalformed, { fstab: { malformed: [{ line: 7, reason: 'two fields' }] } }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('7') } })
  })

  it('lists several', () => {
    expect(
      judge(fstabMalformed, {
        fstab: {
          malformed: [
            { line: 7, reason: 'a' },
            { line: 9, reason: 'b' },
          ],
        },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('7, 9') } })
  })

  it('passes an empty file', () => {
    expect(judge(fstabMalformed, { fstab: { entries: [], malformed: [] } }).status).toBe('pass')
  })

  it.each([...fstabMalformed.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(fstabMalformed, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
