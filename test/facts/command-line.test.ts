import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  environmentFile,
  flagValue,
  flagValues,
  joinedFlags,
  splitWords,
  unitWords,
} from '../../src/facts/command-line.ts'
import { iniBoolean, iniText, iniWords, parseIni } from '../../src/facts/ini.ts'
import { parseKubeletConfig } from '../../src/facts/kubelet-config.ts'
import { linesOf, namesOf, parseMarked, wholeNumber } from '../../src/facts/marked.ts'
import { isAddress, withoutCredentials } from '../../src/facts/url.ts'

describe('unitWords', () => {
  it('takes the last ExecStart, joins continued lines and puts variables in', () => {
    const unit =
      'ExecStart=/bin/old\nExecStart=\nExecStart=-/bin/new --a=1 \\\n  $MORE --b=${ONE} "quoted word"\nEnvironment="MORE=--c 2" X=y\n'
    expect(unitWords([unit], new Map([['ONE', '1']]))).toEqual([
      '/bin/new',
      '--a=1',
      '--c',
      '2',
      '--b=1',
      'quoted word',
    ])
    expect(unitWords([''], new Map())).toEqual([])
  })

  it('lets an environment file go before the unit', () => {
    const variables = environmentFile('# comment\nexport A="--x=1"\nB=\'2\'\n')
    expect(unitWords(['Environment=A=old\nExecStart=/bin/x $A'], variables)).toEqual(['/bin/x', '--x=1'])
  })
})

describe('flags', () => {
  const words = ['--a=1', '--b', '2', '--a=3', '-v', '--c']
  it('finds values in both forms, the last one counting', () => {
    expect(flagValue(words, 'a')).toBe('3')
    expect(flagValues(words, 'a')).toEqual(['1', '3'])
    expect(flagValue(words, 'b')).toBe('2')
    expect(flagValue(words, 'c')).toBeNull()
    expect(joinedFlags(words)).toEqual(['--a=1', '--b=2', '--a=3', '-v', '--c'])
  })
  it('splits any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of splitWords(text)) expect(word.length).toBeLessThanOrEqual(text.length)
      }),
    )
    expect(splitWords('a "b c"d \'e\'')).toEqual(['a', 'b cd', 'e'])
  })
})

describe('parseIni', () => {
  it('reads sections, continued values and dnf booleans', () => {
    const [section] = parseIni('[a]\nKey = one,two\n  three\n# no\nflag: Yes\nodd\n')
    expect(iniWords(section, 'key')).toEqual(['one', 'two', 'three'])
    expect(iniText(section, 'key')).toBe('one,two')
    expect(iniBoolean(section, 'flag')).toBe(true)
    expect(iniBoolean(section, 'none')).toBeNull()
    expect(iniText(undefined, 'key')).toBeNull()
  })
  it('never throws and never invents a section', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseIni(text).length).toBeLessThanOrEqual(text.split('[').length)
      }),
    )
  })
})

describe('withoutCredentials', () => {
  it('takes user, password and secret parameters out of addresses, however often they occur', () => {
    expect(withoutCredentials('https://u:p@h/x?token=1&a=2 http://t@h2/')).toBe(
      'https://h/x?token=<redacted>&a=2 http://h2/',
    )
    expect(withoutCredentials('file:///etc/pki/key')).toBe('file:///etc/pki/key')
    expect(isAddress('hunter3')).toBe(false)
  })
  it('leaves no password of any address', () => {
    const password = fc.stringMatching(/^[A-Z0-9!$&+,;=._~-]{6,20}$/)
    fc.assert(
      fc.property(password, (password) => {
        expect(withoutCredentials(`https://user:${password}@host/path`)).toBe('https://host/path')
      }),
    )
  })
})

describe('parseMarked', () => {
  it('joins parts of one name and keeps what comes before the first', () => {
    const parts = parseMarked('x\n\u001ea\n1\n\n\u001eb c\n2\n\u001ea\n3\n')
    expect(linesOf(parts, 'a')).toEqual(['1', '3'])
    expect(linesOf(parts, '')).toEqual(['x'])
    expect(namesOf(parts, 'b ')).toEqual(['c'])
    expect(linesOf(parts, 'none')).toEqual([])
    expect(wholeNumber('12a')).toBeNull()
    expect(wholeNumber('9'.repeat(20))).toBeNull()
  })
})

describe('parseKubeletConfig', () => {
  it('reads only the top level and feature gates', () => {
    const { scalars, featureGates } = parseKubeletConfig([
      'cgroupDriver: "systemd"',
      'authentication:',
      '  anonymous:',
      '    enabled: false',
      'featureGates: {A: true, "B": false}',
      'evictionHard:',
      '  C: true',
    ])
    expect([...scalars]).toEqual([
      ['cgroupDriver', 'systemd'],
      ['featureGates', '{A: true, "B": false}'],
    ])
    expect([...featureGates]).toEqual([
      ['A', true],
      ['B', false],
    ])
  })
})
