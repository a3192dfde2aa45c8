import { expect, it } from 'vitest'
import { oldNodeMessage } from '../../src/cli/node-version.ts'

it.each(['24.0.0', '24.21.0', '25.1.0-nightly'])('takes Node %s', (version) => {
  expect(oldNodeMessage(version)).toBeUndefined()
})

it.each(['20.20.2', '22.23.3', '8.17.0'])('says to Node %s which one is needed', (version) => {
  expect(oldNodeMessage(version)).toContain(`osferry needs Node 24 or newer; this is ${version}`)
})
