import { describe, expect, it } from 'vitest'
import { dynamicLinker } from '../../checks/dynamic-linker.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('dynamic-linker', () => {
  it('passes without own settings', () => {
    expect(judge(dynamicLinker, {}).status).toBe('pass')
  })

  it('is grave for a preload', () => {
    expect(judge(dynamicLinker, { dynamicLinker: { preload: ['/usr/local/lib/libhook.so'] } })).toMatchObject(
      { status: 'fail', severity: 'high', here: { en: expect.stringContaining('libhook.so') } },
    )
  })

  it('is mild for a directory', () => {
    expect(
      judge(dynamicLinker, {
        dynamicLinker: { directories: [{ file: '/etc/ld.so.conf.d/app.conf', path: '/opt/app/lib' }] },
      }),
    ).toMatchObject({
      status: 'fail',
      severity: 'low',
      here: { en: expect.stringContaining('/opt/app/lib') },
    })
  })

  it('takes the graver of both', () => {
    expect(
      judge(dynamicLinker, {
        dynamicLinker: { preload: ['/x.so'], directories: [{ file: 'a', path: '/b' }] },
      }),
    ).toMatchObject({ status: 'fail', severity: 'high', here: { en: expect.stringContaining('/x.so, /b') } })
  })

  it.each([...dynamicLinker.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(dynamicLinker, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
