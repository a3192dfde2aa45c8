import { describe, expect, it } from 'vitest'
import { commandPath, earlyValue, withoutHelpWord } from '../../src/cli/command-path.ts'
import { exitCodeRows } from '../../src/cli/exit-codes.ts'
import { helpTexts } from '../../src/cli/help-text.ts'
import { errorTitles } from '../../src/cli/messages-errors.ts'
import { errorCodes } from '../../src/model/errors.ts'
import { rootHelp } from '../support/help-text.ts'

describe('help', () => {
  it.each(['en', 'zh-CN'] as const)('kept as text is what the command tree says (%s)', (language) => {
    expect(helpTexts[language]).toBe(rootHelp(language))
  })

  it('finds the words of a command between flags and their values', () => {
    expect(commandPath(['--lang', 'zh-CN', 'inventory', '-o', 'json', 'list', 'x'])).toEqual([
      'inventory',
      'list',
    ])
    expect(commandPath(['collect', 'more'])).toEqual(['collect'])
    expect(commandPath(['--output=json'])).toEqual([])
    expect(commandPath(['--', 'collect'])).toEqual([])
  })

  it('reads a flag before anything is parsed', () => {
    expect(earlyValue(['collect', '--lang', 'zh-CN'], '--lang')).toBe('zh-CN')
    expect(earlyValue(['--lang=en'], '--lang')).toBe('en')
    expect(earlyValue(['--', '--lang', 'en'], '--lang')).toBeUndefined()
  })

  it('takes help COMMAND for COMMAND --help, and leaves topics alone', () => {
    expect(withoutHelpWord(['help', 'collect'])).toEqual(['collect', '--help'])
    expect(withoutHelpWord(['help'])).toEqual(['--help'])
    expect(withoutHelpWord(['help', 'exit-codes'])).toEqual(['help', 'exit-codes'])
  })
})

describe('exit codes', () => {
  it('has a row for the exit code of every error, and for the codes commands end with', () => {
    const known = new Set(exitCodeRows.map(({ code }) => code))
    for (const code of [...Object.values(errorCodes), 0, 1, 2, 3, 143]) expect(known).toContain(code)
    expect(known.size).toBe(exitCodeRows.length)
  })

  it('has words for every error code in both languages', () => {
    expect(Object.keys(errorTitles).sort()).toEqual(Object.keys(errorCodes).sort())
    for (const { en, zh } of Object.values(errorTitles))
      expect(en !== '' && /\p{Script=Han}/u.test(zh)).toBe(true)
  })
})
