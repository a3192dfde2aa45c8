import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPattern } from '../../src/facts/glob.ts'
import { collectors } from '../../src/facts/index.ts'
import type { Collector, PathAnswer } from '../../src/model/collector.ts'
import { FactGap } from '../../src/model/collector.ts'
import { factNames, factSchemas } from '../../src/model/facts.ts'
import { collectorInput } from '../support/collector-input.ts'
import { serviceCollectors } from '../support/service-collectors.ts'

const own = collectors.filter((collector) => !serviceCollectors.includes(collector))

/** Lines that get past the first test of some parser, and then are not what it expects. */
const lines = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    ...[
      'vg',
      'lv',
      'pv',
      'none',
      'files',
      'directory',
      'modinfo',
      'owners',
      'paths',
      'entries',
      'secure boot',
    ].map((name) => `\u001e${name}`),
    ...['programs', 'maps', 'features', 'pinned', 'packages', '/dev/sda', 'symbols /x'].map(
      (name) => `\u001e${name}`,
    ),
    '[{"ifname":"x","addr_info":[{"family":"inet"}],"linkinfo":{"info_kind":"vlan","info_data":null}}]',
    '[{"dst":"default","nexthops":[{}]}]',
    '[null, 1, "x", {}]',
    '{"report":[{"vg":[{}],"lv":[{"__proto__":"x"}],"pv":[{}]}]}',
    '{"program_types":{"__proto__":true},"helpers":{"x":[1]}}',
    'NAME="/dev/x" KNAME="/dev/x" PKNAME="/dev/x" SIZE="99999999999999999999" MOUNTPOINT="/"',
    'kernel-core\t0\t1\t1\tx86_64\t1\t\t\t',
    'arch x86_64',
    'cpu flags: fpu',
    'MemTotal: 99999999999999999999999 kB',
    'MemTotal: 1 kB',
    'filename: /x',
    '0x1\tsymbol',
    'x 1 1 - Live 0x0 (P)',
    '__proto__=1',
    '__proto__ 1 x',
    'Boot0001* x\ty',
    'md0 : active raid1 sda[0]',
    '/dev/sda / xfs rw',
    'DRIVER=x',
    'PCI_ID=8086:1\nPCI_CLASS=30000',
    'a 1 2 3 4 5 /x',
    'directory /opt/x',
    '1'.repeat(400),
    '0-4294967295',
  ),
)
const anyText = fc.array(lines, { maxLength: 12 }).map((all) => all.join('\n'))

describe('the list of collectors', () => {
  it('has each fact once', () => {
    expect(collectors.map(({ fact }) => fact).toSorted()).toEqual([...factNames].toSorted())
  })

  it('has scripts that no shell error can end halfway, with bounded time and output', () => {
    for (const { fact, timeoutMs = 10_000, maxBytes = 1 << 20, script = '' } of collectors) {
      expect([fact, timeoutMs <= 300_000 && maxBytes <= 16 << 20, /\bset -[eu]/.test(script)]).toEqual([
        fact,
        true,
        false,
      ])
    }
  })
})

describe.each(own.map((collector) => [collector.fact, collector] as const))('%s', (_, collector) => {
  it('turns whatever a host sends into a value of its schema or a gap with a reason', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.record({ privilege: fc.constantFrom('root', 'user'), exitCode: fc.nat(255) }),
        (stdout, content, { privilege, exitCode }) => {
          const files = Object.fromEntries(pathsOf(collector.files).map((path) => [path, content]))
          const paths = Object.fromEntries(
            pathsOf(collector.paths).map((path): [string, PathAnswer] => [
              path,
              { kind: 'link', sizeBytes: 1, target: content },
            ]),
          )
          expect(
            problemsOf(collector, collectorInput({ stdout, files, paths, privilege, exitCode })),
          ).toEqual([])
        },
      ),
    )
  })

  it('takes denied and unreadable files', () => {
    for (const answer of [
      { status: 'denied' },
      { status: 'failed', message: 'Input/output error' },
    ] as const) {
      const files = Object.fromEntries(pathsOf(collector.files).map((path) => [path, answer]))
      expect(problemsOf(collector, collectorInput({ files, privilege: 'user' }))).toEqual([])
    }
  })
})

function pathsOf(patterns: readonly string[] | undefined): string[] {
  return (patterns ?? []).map((path) =>
    isPattern(path) ? path.replace(/\[[^\]]*\]/g, '3').replace(/\*/g, '1') : path,
  )
}

/** What is wrong with the answer; a gap with a reason is right. */
function problemsOf(collector: Collector, input: ReturnType<typeof collectorInput>): unknown[] {
  try {
    const result: object = collector.parse(input)
    const value = 'degraded' in result && 'value' in result ? result.value : result
    const parsed = factSchemas[collector.fact].safeParse(value)
    return parsed.success ? [] : parsed.error.issues
  } catch (error) {
    return error instanceof FactGap ? [] : [error]
  }
}
