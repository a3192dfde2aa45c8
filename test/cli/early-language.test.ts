import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, it } from 'vitest'
import { earlyValues } from '../../src/cli/command-path.ts'
import { earlyLanguage } from '../../src/cli/early-language.ts'
import { tempDirectory } from '../inventory/temp.ts'

it('takes the language of the last configuration file that names one', async () => {
  const cwd = await tempDirectory()
  writeFileSync(join(cwd, 'a.yaml'), 'lang: zh-CN\n')
  writeFileSync(join(cwd, 'b.yaml'), 'state: x\n')
  const env = { HOME: cwd, LANG: 'en_US.UTF-8' }
  for (const config of [
    ['a.yaml', 'b.yaml'],
    ['b.yaml', 'a.yaml'],
  ])
    expect(earlyLanguage({ config, env, cwd })).toBe('zh-CN')
  const byVariable = { ...env, OSFERRY_CONFIG: ['a.yaml', 'b.yaml'].join(delimiter) }
  expect(earlyLanguage({ env: byVariable, cwd })).toBe('zh-CN')
  expect(earlyLanguage({ config: ['b.yaml'], env, cwd })).toBe('en')
})

it('finds every value of a flag, under all its names, up to --', () => {
  const argv = ['-c', 'a', '--config=b', '--config', 'c', '--', '-c', 'd']
  expect(earlyValues(argv, ['--config', '-c'])).toEqual(['a', 'b', 'c'])
})
