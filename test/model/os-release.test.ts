import { expect, it } from 'vitest'
import { parseOsRelease } from '../../src/model/os-release.ts'

it('reads fields with and without quotes, and passes over everything else', () => {
  const text = `# comment\nID="centos"\nVERSION_ID=8\nVARIANT_ID='server'\nNAME="CentOS Linux"\nnot a field\nID=anolis\n`
  expect([...parseOsRelease(text)]).toEqual([
    ['ID', 'anolis'],
    ['VERSION_ID', '8'],
    ['VARIANT_ID', 'server'],
    ['NAME', 'CentOS Linux'],
  ])
})
