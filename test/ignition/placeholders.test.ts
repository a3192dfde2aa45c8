import { describe, expect, it } from 'vitest'
import { tokenPlaceholder, unfilledTexts, withToken } from '../../src/ignition/placeholders.ts'

const config = `{"a":"data:,token%3A%20%22${tokenPlaceholder}%22","b":"data:,${tokenPlaceholder}","c":"example.com"}`

describe('a configuration with a token', () => {
  it('gives back the one without, whichever the token, also between signs that a token may have', () => {
    expect(unfilledTexts(withToken(config, 'abcdef.0123456789abcdef'))).toContain(config)
    expect(unfilledTexts(`0${withToken(config, '222222.2222222222222222')}9`)).toContain(`0${config}9`)
  })

  it('does not when one place has another token, none, or still the placeholder', () => {
    const filled = withToken(config, 'abcdef.0123456789abcdef')
    for (const other of ['fedcba.0123456789abcdef', '', tokenPlaceholder])
      expect(unfilledTexts(filled.replace('abcdef.0123456789abcdef', other))).not.toContain(config)
  })

  it('is the one without when nobody has put in one', () => {
    expect(unfilledTexts(config)).toEqual([config])
  })
})
