import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { drainFlags } from '../../src/cli/drain-choices.ts'
import { givenFlags } from '../../src/cli/given-flags.ts'

function inputOf(given: Readonly<Record<string, true | string | readonly string[]>>): CommandInput {
  return {
    arguments: [],
    value: (flag) => (typeof given[flag] === 'string' ? given[flag] : undefined),
    values: (flag) => (Array.isArray(given[flag]) ? (given[flag] as readonly string[]) : []),
    on: (flag) => given[flag] === true,
  }
}

describe('flags of another try', () => {
  it('are those that were given, with their values, and no others', () => {
    const input = inputOf({
      '--delete-emptydir-data': true,
      '--no-soft-taint': true,
      '--timeout': '30m',
      '--rules': 'my rules.yaml',
      '--delete-by-rule': ["old 'shop'", 'b'],
      '--selector': ['role=worker'],
      '--dry-run': 'client',
    })
    expect(givenFlags(drainFlags, input, ['--selector', '--dry-run'])).toEqual([
      '--timeout 30m',
      '--delete-emptydir-data',
      "--rules 'my rules.yaml'",
      "--delete-by-rule 'old '\\''shop'\\'''",
      '--delete-by-rule b',
      '--no-soft-taint',
    ])
  })

  it('come out of a shell as they went in', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const value = text.replaceAll('\0', '')
        const [flag = ''] = givenFlags(drainFlags, inputOf({ '--rules': value }), [])
        const out = execFileSync('sh', ['-c', `printf '%s\\n' ${flag}`], { encoding: 'utf8' })
        expect(out).toBe(`--rules\n${value}\n`)
      }),
      { numRuns: 25 },
    )
  })
})
