import { describe, expect, it } from 'vitest'
import { shorten, visibleBlock, visibleLine } from '../../src/model/visible-text.ts'

describe('visibleLine', () => {
  it('leaves no control, format or surrogate character of the basic plane as it was', () => {
    for (let code = 0; code <= 0xff_ff; code += 1) {
      expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(visibleLine(String.fromCharCode(code)))).toBe(false)
    }
  })

  it('shows what it replaced', () => {
    expect(visibleLine('\u001B[2J a\u202Eb \n\t\u{E0041}')).toBe('\\x1b[2J a\\u202eb \\n\\t\\u{e0041}')
  })

  it('leaves ordinary text of any script alone', () => {
    expect(visibleLine('节点-01 café 🚢')).toBe('节点-01 café 🚢')
  })
})

describe('visibleBlock', () => {
  it('keeps line feeds and tabs only', () => {
    expect(visibleBlock('a\r\nb\tc\rd\u0007')).toBe('a\nb\tc\\rd\\x07')
  })
})

describe('shorten', () => {
  it('says how much is left out', () => {
    expect(shorten('x'.repeat(12), 10)).toBe('xxxxxxxxxx … (+2)')
  })

  it('never cuts a surrogate pair in two', () => {
    expect(shorten('ab🚢cd', 3)).toBe('ab … (+4)')
  })
})
