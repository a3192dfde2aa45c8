import { expect, it } from 'vitest'
import { pickedVariables } from '../../src/model/picked-variables.ts'

it('passes on what is named and set, empty values too, and nothing else', () => {
  const variables = { PATH: '/bin', EMPTY: '', SECRET: 'canary', UNSET: undefined }
  expect(pickedVariables(['PATH', 'EMPTY', 'UNSET', 'NOWHERE'], variables)).toEqual({
    PATH: '/bin',
    EMPTY: '',
  })
})
