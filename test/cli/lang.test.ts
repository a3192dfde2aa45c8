import { describe, expect, it } from 'vitest'
import { languageOf, speak } from '../../src/cli/lang.ts'

describe('languageOf', () => {
  it.each([
    ['en', { LANG: 'zh_CN.UTF-8' }, 'en'],
    ['zh-CN', { LANG: 'en_US.UTF-8' }, 'zh-CN'],
    ['auto', { LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [undefined, { LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN.UTF-8' }, 'zh-CN'],
    [undefined, { LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
    [undefined, { LANG: 'en_US.UTF-8', LANGUAGE: 'zh_CN:en' }, 'zh-CN'],
    [undefined, { LANG: 'zh_CN.UTF-8', LC_ALL: 'C', LANGUAGE: 'zh' }, 'en'],
    [undefined, { LANG: 'zh' }, 'zh-CN'],
    [undefined, { LANG: 'zhongwen' }, 'en'],
    [undefined, {}, 'en'],
    ['fr', { LANG: 'zh_CN.UTF-8' }, 'en'],
  ] as const)('speaks for --lang %s and %o: %s', (choice, env, language) => {
    expect(languageOf(choice, env)).toBe(language)
  })

  it('picks one language of a text', () => {
    expect(speak({ en: 'hosts', zh: '主机' }, 'zh-CN')).toBe('主机')
  })
})
