import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Collector, FileAnswer, PathAnswer } from '../../src/model/collector.ts'
import { FactGap } from '../../src/model/collector.ts'
import { factSchemas } from '../../src/model/facts.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'
import { serviceCollectors } from '../support/service-collectors.ts'

/** Names of parts that scripts print, so that random output gets past the first line. */
const partNames = serviceCollectors
  .flatMap(({ script }) =>
    [...(script ?? '').matchAll(/\\036([a-z][a-z -]*)/g)].map(([, name]) => name ?? ''),
  )
  .flatMap((name) => [name.trim(), `${name.trim()} 1`, `${name.trim()} kubelet`])
const lines = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    ...partNames.map((name) => `\u001e${name}`),
    '__proto__',
    '[__proto__]',
    '__proto__ = 1',
    '{"__proto__": {"polluted": true}, "plugins": 3, "images": [null, {"size": {}}]}',
    '__proto__: true',
    'featureGates:',
    '[[a."b',
    'x = [[[["',
    "a = '",
    'x = """',
    'foo\t0\t1\t1\tx86_64\t1\t\t',
    'tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=3))',
    '* * * * * root x',
    'a:x:1:1::/:/',
    'Port 99999999999999999999',
    'ExecStart=/usr/bin/kubelet "$A ${B} \'',
    'S.5....T.  c /etc/x',
  ),
)
const anyText = fc.array(lines, { maxLength: 12 }).map((all) => all.join('\n'))

describe.each(serviceCollectors.map((collector) => [collector.fact, collector] as const))(
  '%s',
  (_, collector) => {
    it('turns whatever a host sends into a value of its schema or a gap with a reason', () => {
      fc.assert(
        fc.property(
          anyText,
          anyText,
          fc.constantFrom('root', 'sudo', 'user'),
          (stdout, content, privilege) => {
            const files = Object.fromEntries(pathsOf(collector.files).map((path) => [path, content]))
            const paths = Object.fromEntries(
              pathsOf(collector.paths).map((path): [string, PathAnswer] => [
                path,
                { kind: 'link', sizeBytes: 1, target: content },
              ]),
            )
            expect(faultOf(collector, { stdout, files, paths, privilege })).toBeNull()
          },
        ),
        { numRuns: 60 },
      )
      expect({}).not.toHaveProperty('polluted')
    })

    it('survives a megabyte in one line and files that are denied, failed or missing', () => {
      const long = 'a"'.repeat(500_000)
      const answers: (string | FileAnswer)[] = [
        long,
        `[main]\nx = [${'"a",'.repeat(200_000)}`,
        { status: 'denied' },
        { status: 'failed', message: 'Input/output error' },
        { status: 'missing' },
      ]
      for (const answer of answers) {
        const files = Object.fromEntries(pathsOf(collector.files).map((path) => [path, answer]))
        expect(
          faultOf(collector, { stdout: typeof answer === 'string' ? answer : '', files, privilege: 'user' }),
        ).toBeNull()
      }
    })

    it('asks with a script that dash and bash in POSIX mode accept and that leaves no word on stderr', () => {
      if (collector.script === undefined || collector.set === 'deep') return
      for (const shell of [['dash'], ['bash', '--posix']]) {
        const checked = spawnSync(shell[0] ?? 'sh', [...shell.slice(1), '-n'], {
          input: collector.script,
          encoding: 'utf8',
        })
        expect(checked.stderr).toBe('')
      }
      const { stderr, stdout } = runScript(collector.script)
      expect(stderr).toBe('')
      expect(faultOf(collector, { stdout })).toBeNull()
    })
  },
)

describe('scripts', () => {
  it('write nothing: no redirection to a file, no here-document, no temporary file', () => {
    for (const { script } of serviceCollectors) {
      const redirections = [...(script ?? '').matchAll(/(?<![\w<&-])\d?>{1,2}(?!&)\s*([^\s)]+)/g)].map(
        ([, to]) => to,
      )
      expect(redirections.filter((to) => to !== '/dev/null' && !/^['"})]/.test(to ?? ''))).toEqual([])
      expect(script ?? '').not.toMatch(/<<|mktemp|\btee\b|python|perl|(?<![/\w])dnf\b/)
    }
  })
})

function pathsOf(patterns: readonly string[] | undefined): string[] {
  return (patterns ?? []).map((pattern) => pattern.replaceAll(/\[[^\]]*\]/g, '4').replaceAll('*', 'x'))
}

/** What is wrong with the answer to some input; null = a value of the schema, or a gap that says why. */
function faultOf(collector: Collector, given: Parameters<typeof collectorInput>[0]): string | null {
  try {
    const result = collector.parse(collectorInput(given))
    const value = 'degraded' in result && 'value' in result ? result.value : result
    const { error } = factSchemas[collector.fact].safeParse(value)
    return error === undefined ? null : error.message
  } catch (error) {
    if (error instanceof FactGap && error.message !== '') return null
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}
