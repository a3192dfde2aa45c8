import { describe, expect, it } from 'vitest'
import { localOnlyImages } from '../../checks/local-only-images.ts'
import { judge, judgeWithout } from '../support/judge.ts'

describe('local-only-images', () => {
  it('passes when a registry has them all', () => {
    expect(judge(localOnlyImages, {}).status).toBe('pass')
  })

  it('names an image by its tag', () => {
    expect(
      judge(localOnlyImages, {
        images: { total: 3, localOnly: [{ id: 'sha256:aa', tags: ['app:1'], sizeBytes: 5 }] },
      }),
    ).toMatchObject({
      status: 'fail',
      here: {
        en: expect.stringContaining('1 of 3 images are in no registry that this host knows of: app:1.'),
      },
    })
  })

  it('names one without a tag by its id', () => {
    expect(
      judge(localOnlyImages, {
        images: { total: 1, localOnly: [{ id: 'sha256:0123456789abcdef', tags: [], sizeBytes: null }] },
      }),
    ).toMatchObject({ status: 'fail', here: { en: expect.stringContaining('sha256:012345678') } })
  })

  it('passes a host without images', () => {
    expect(judge(localOnlyImages, { images: { runtime: 'none', total: 0 } }).status).toBe('pass')
  })

  it.each([...localOnlyImages.needs])('is unknown, not pass, without the fact %s', (fact) => {
    expect(judgeWithout(localOnlyImages, fact)).toMatchObject({ status: 'unknown', missing: [{ fact }] })
  })
})
