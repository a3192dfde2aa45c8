import * as fc from 'fast-check'
import type { Assessment, CheckInfo, Finding, HostAssessment } from '../../src/model/assessment.ts'
import { domains } from '../../src/model/check.ts'
import { gapReasons } from '../../src/model/facts.ts'
import { confidences, severities } from '../../src/model/target.ts'
import { assessmentOf, targetAssessment } from './assessment-parts.ts'

/** What a hostile host may call itself, its modules, packages and files. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '"onload="alert(1)',
  "' onmouseover='alert(1)",
  '</style><img src=http://127.0.0.1:9/x onerror=alert(1)>',
  '</pre></details><h1>ready</h1>',
  ']]><x/>',
  '<!--',
  '&lt;b&gt;&#x3c;',
  '\u001B[2J\u001B]0;title\u0007',
  '\u009B31m',
  'abc\u202Egpj.exe',
  '\u2066x\u2069\u200B\uFEFF',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1',
  'a\nb\r\nc',
  'a\u0000b',
  '\uD800',
  '\uFFFE\uFFFF',
  '__proto__',
  'constructor',
  'x | y || ** __a__ `b` [c](http://d) ![e](f) @all #1',
  '<% it %> ${x} {{y}} <%~ it.css %>',
  '长'.repeat(300),
  'x'.repeat(40_000),
  '',
] as const

const nasty = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const text = fc.record({ en: nasty, zh: nasty })
const time = fc.constant('2026-11-20T09:15:00.000Z')
const status = fc.constantFrom('fail', 'unknown', 'error', 'waived')

const remedy = fc.oneof(
  fc.record({ kind: fc.constant('hint' as const), text }),
  fc.record({
    kind: fc.constant('command' as const),
    argv: fc.array(nasty, { minLength: 1, maxLength: 3 }),
    text,
  }),
)

const checkIds = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,6}(-[a-z]{2,6}){0,2}$/), {
  minLength: 1,
  maxLength: 6,
})

function checkInfo(id: string): fc.Arbitrary<CheckInfo> {
  return fc.record({
    id: fc.constant(id),
    domain: fc.constantFrom(...domains),
    targets: fc.constant(['anolis-rhck', 'anolis-anck', 'containeros'] as CheckInfo['targets']),
    severity: fc.constantFrom(...severities),
    title: text,
    what: text,
    needs: fc.constant(['osRelease']),
    uses: fc.constant([]),
    remedies: fc.array(remedy, { maxLength: 2 }),
    effort: fc.record({ onceMinutes: fc.nat(60), perHostMinutes: fc.nat(60) }),
    sources: fc.array(nasty, { minLength: 1, maxLength: 2 }),
    origin: fc.constantFrom('builtin', 'team'),
  })
}

function finding(key: string): fc.Arbitrary<Finding> {
  const evidence = fc.record({
    fact: fc.constant('osRelease'),
    command: nasty,
    excerpt: nasty,
    sha256: fc.constantFrom(null, 'ab'.repeat(32)),
    collectedAt: time,
  })
  const missing = fc.record({ fact: nasty, reason: fc.constantFrom(...gapReasons), message: nasty })
  const waiver = fc.record({
    index: fc.nat(3),
    reason: nasty,
    owner: nasty,
    expires: fc.constant('2027-01-31'),
    was: fc.constant('fail' as const),
  })
  return fc
    .record({
      key: fc.constant(key),
      status,
      severity: fc.constantFrom(...severities),
      here: text,
      evidence: fc.array(evidence, { maxLength: 2 }),
      remedies: fc.array(remedy, { maxLength: 2 }),
      missing: fc.array(missing, { maxLength: 2 }),
      waiver,
    })
    .map(({ missing, waiver, ...rest }): Finding => {
      if (rest.status === 'waived') return { ...rest, waiver }
      return rest.status === 'unknown' ? { ...rest, missing } : rest
    })
}

/** Every check of a target falls into findings, passed or not applicable. */
function outcomes(ids: readonly string[]): fc.Arbitrary<{
  findings: Finding[]
  passed: string[]
  notApplicable: { key: string; reason: { en: string; zh: string } }[]
}> {
  return fc
    .tuple(
      ...ids.map((id) =>
        fc.oneof(
          finding(id),
          fc.constant({ passed: id }),
          fc.record({ skipped: fc.constant(id), reason: text }),
        ),
      ),
    )
    .map((all) => ({
      findings: all.filter((one) => 'key' in one),
      passed: all.filter((one) => 'passed' in one).map((one) => one.passed),
      notApplicable: all
        .filter((one) => 'skipped' in one)
        .map((one) => ({ key: one.skipped, reason: one.reason })),
    }))
}

function host(name: string, ids: readonly string[]): fc.Arbitrary<HostAssessment> {
  return fc
    .record({
      address: nasty,
      groups: fc.array(nasty, { maxLength: 2 }),
      labels: fc.dictionary(nasty, nasty, { maxKeys: 2 }),
      status: fc.constantFrom('complete', 'partial', 'failed', 'missing'),
      failure: fc.record({
        code: fc.constantFrom('HOST_TIMEOUT', 'HOST_KEY_CHANGED'),
        message: nasty,
        hint: nasty,
      }),
      gaps: fc.array(fc.record({ fact: nasty, reason: fc.constantFrom(...gapReasons), message: nasty }), {
        maxLength: 2,
      }),
      system: fc.record({ os: nasty, kernel: nasty, arch: nasty, role: nasty }),
      confidence: fc.constantFrom(...confidences),
      rhck: outcomes(ids),
      anck: outcomes(ids),
      other: outcomes(ids),
      containeros: outcomes(ids),
    })
    .map((parts): HostAssessment => {
      const { confidence, status } = parts
      const gone = status === 'failed' || status === 'missing'
      return {
        host: { name, address: parts.address, groups: parts.groups, labels: parts.labels },
        facts: {
          status,
          set: gone ? null : 'full',
          collectedAt: gone ? null : '2026-11-20T09:15:00.000Z',
          privilege: gone ? null : 'root',
          gaps: parts.gaps,
          ...(gone ? { failure: parts.failure } : {}),
        },
        system: parts.system,
        targets: [
          targetAssessment({ target: 'anolis-rhck', kernelLine: 'rhck-4.18', confidence, ...parts.rhck }),
          targetAssessment({
            target: 'anolis-anck',
            kernelLine: 'anck-5.10',
            confidence,
            ...parts.anck,
            alternatives: [{ kernelLine: 'anck-4.19', findings: parts.other.findings }],
          }),
          targetAssessment({
            target: 'containeros',
            kernelLine: 'containeros',
            confidence,
            ...parts.containeros,
          }),
        ],
      }
    })
}

/** Assessments of a few hosts whose every field may be hostile. */
export const randomAssessment: fc.Arbitrary<Assessment> = checkIds.chain((ids) =>
  fc
    .tuple(
      fc.tuple(...ids.map(checkInfo)),
      fc
        .uniqueArray(fc.oneof(nasty, fc.stringMatching(/^node-[0-9]{2}$/)), { maxLength: 5 })
        .chain((names) => fc.tuple(...names.map((name) => host(name, ids)))),
      fc.array(
        fc.record({
          index: fc.nat(9),
          check: nasty,
          selector: nasty,
          reason: nasty,
          owner: nasty,
          expires: fc.constant('2027-01-31'),
          status: fc.constantFrom('used', 'expired', 'unmatched', 'unknown-check'),
          uses: fc.nat(9),
        }),
        { maxLength: 2 },
      ),
    )
    .map(([checks, hosts, waivers]) => assessmentOf(hosts, checks, waivers)),
)
