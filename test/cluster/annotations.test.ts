import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationsOf } from '../../src/cluster/annotations.ts'

describe('annotationsOf', () => {
  it('bounds one value, and all of them together', () => {
    const long = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x '.repeat(5000)]),
    )
    const kept = annotationsOf(long)
    expect(Object.keys(kept)).toHaveLength(100)
    expect(kept['k0']).toHaveLength(4096 + ' … (+5904)'.length)
    expect(JSON.stringify(kept).length).toBeLessThan(64 * 1024 + 100 * 4200 * 0.2)
  })

  it('keeps every short value that holds no secret as it is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-f]{1,8}$/), fc.stringMatching(/^[a-f0-9]{0,30}$/)),
        (given) => {
          expect(annotationsOf(given)).toEqual(given)
        },
      ),
    )
  })

  it('hides the value of every key that names a secret, whatever it looks like', () => {
    const keys = ['password', 'example.com/db-password', 'x/apiKey', 'a.b/api-token', 'client_secret']
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.string({ minLength: 1 }), (key, value) => {
        expect(annotationsOf({ [key]: value })).toEqual({ [key]: '***' })
      }),
    )
  })
})
