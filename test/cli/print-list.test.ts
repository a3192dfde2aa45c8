import { describe, expect, it } from 'vitest'
import type { OutputFormat } from '../../src/cli/config-schema.ts'
import { printListIfAny } from '../../src/cli/output.ts'
import { commandContext } from '../support/command-context.ts'

async function printed(items: readonly string[], format: OutputFormat): Promise<string> {
  const context = await commandContext('/', { format })
  await printListIfAny(context, {
    columns: [{ key: 'node', title: { en: 'NODE', zh: '节点' }, value: (item: string) => item }],
    items,
    name: (item) => item,
  })
  return context.written.stdout
}

describe('printListIfAny', () => {
  it.each(['table', 'wide'] as const)('prints no headings above nothing with -o %s', async (format) => {
    expect(await printed([], format)).toBe('')
    expect(await printed(['a'], format)).toBe('NODE\na\n')
  })

  it.each([
    ['json', '{\n  "items": []\n}\n'],
    ['yaml', 'items: []\n'],
    ['ndjson', ''],
    ['csv', 'node\r\n'],
    ['name', ''],
  ] as const)('prints an empty list as a program expects it with -o %s', async (format, text) => {
    expect(await printed([], format)).toBe(text)
  })
})
