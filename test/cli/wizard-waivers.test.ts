import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CommandContext } from '../../src/cli/context.ts'
import { addWaiver } from '../../src/cli/wizard-waivers.ts'
import { tempDirectory } from '../inventory/temp.ts'

const waiver = { check: 'swap-on', reason: 'because', owner: 'ops', expires: '2027-01-31' }

it('writes a waiver for hosts that there are, and none for a selector that matches nobody', async () => {
  const cwd = await tempDirectory({
    'inventory.yaml': 'schema: inventory/v1\nhosts:\n  - name: node1\n    labels: { role: worker }\n',
  })
  const context = {
    cwd,
    language: 'en',
    settings: {
      required: () => join(cwd, 'inventory.yaml'),
      text: () => undefined,
      all: new Map(),
    },
  } as unknown as CommandContext
  await expect(addWaiver(context, { ...waiver, selector: 'role=nope' })).rejects.toMatchObject({
    code: 'SELECTOR_EMPTY',
    message: expect.stringContaining('the waiver was not written') as string,
  })
  expect(existsSync(join(cwd, 'waivers.yaml'))).toBe(false)
  await addWaiver(context, { ...waiver, selector: 'role=worker' })
  await addWaiver(context, { ...waiver, selector: '*' })
  expect(readFileSync(join(cwd, 'waivers.yaml'), 'utf8').match(/selector:/g)).toHaveLength(2)
})
