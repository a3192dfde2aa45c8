import { expect, it } from 'vitest'
import { settingKeys, settingRow } from '../../src/cli/settings.ts'
import { unknownVariables } from '../../src/cli/unknown-variables.ts'

it('names the variable that was meant', () => {
  expect(unknownVariables({ OSFERRY_CONCURENCY: '5', OSFERRY_FAILON: 'high', PATH: '/bin' })).toEqual([
    { name: 'OSFERRY_CONCURENCY', meant: 'OSFERRY_CONCURRENCY' },
    { name: 'OSFERRY_FAILON', meant: 'OSFERRY_FAIL_ON' },
  ])
})

it('says nothing of its own variables, and of names that are like none', () => {
  const own = settingKeys.map((key) => [settingRow(key).env, 'x'])
  expect(unknownVariables(Object.fromEntries(own))).toEqual([])
  expect(
    unknownVariables({ OSFERRY_CONFIG: 'x', OSFERRY_NON_INTERACTIVE: '1', OSFERRY_LAB_LOGIN: 'secret' }),
  ).toEqual([])
})
