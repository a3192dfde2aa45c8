import { expect, it } from 'vitest'
import { asListedText } from '../../src/cli/as-listed.ts'
import { hostPlan, planHost } from '../support/host-plan.ts'

const argv = ['/opt/reinstall']
const asListed = planHost('a', { argv, machine: 'as-listed' })
const proven = planHost('b', { argv, machine: 'proven' })

it('names the nodes whose machines nobody will prove, and nothing when all are proven', () => {
  expect(asListedText(hostPlan([proven]))).toBeUndefined()
  const text = asListedText(hostPlan([asListed, proven]))
  expect(text?.en).toMatch(/not proven to be the machine of its node: a$/)
  expect(text?.zh).toMatch(/：a$/)
})
