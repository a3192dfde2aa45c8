import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessHost } from '../../src/assess/assess-host.ts'
import { createWaiverBook } from '../../src/assess/waive.ts'
import { builtinKernelProfile } from '../../src/kernel/profiles.ts'
import { severities, targets, verdicts, type Verdict } from '../../src/model/target.ts'
import type { Waiver } from '../../src/model/waivers.ts'
import { hostFacts } from '../support/facts-fixture.ts'
import { fixedCheck, waiverFor } from './fixed-checks.ts'

const now = '2026-11-21T23:59:59.000Z'
const host = { name: 'worker-1', groups: ['workers'], labels: { role: 'worker' } }

function book(...waivers: Waiver[]) {
  return createWaiverBook({ waivers, checkIds: new Set(['a', 'b']), now })
}

describe('createWaiverBook', () => {
  it('finds the first waiver of the file that covers check, target and host', () => {
    const waivers = book(
      waiverFor('a', { selector: 'role=control-plane' }),
      waiverFor('a', { targets: ['containeros'] }),
      waiverFor('a', { selector: 'role=worker' }),
      waiverFor('a'),
    )
    expect(waivers.find('a', 'anolis-rhck', host)?.index).toBe(2)
    expect(waivers.find('a', 'containeros', host)?.index).toBe(1)
    expect(waivers.find('b', 'anolis-rhck', host)).toBeUndefined()
  })

  it('counts the last day whole, in UTC, and the next day not at all', () => {
    expect(book(waiverFor('a', { expires: '2026-11-21' })).find('a', 'containeros', host)).toBeDefined()
    expect(book(waiverFor('a', { expires: '2026-11-20' })).find('a', 'containeros', host)).toBeUndefined()
  })

  it('reports what became of each waiver', () => {
    const waivers = book(
      waiverFor('a'),
      waiverFor('b'),
      waiverFor('a', { expires: '2026-01-01' }),
      waiverFor('no-such-check'),
    )
    waivers.use(0)
    waivers.use(0)
    expect(waivers.report().map(({ status, uses }) => [status, uses])).toEqual([
      ['used', 2],
      ['unmatched', 0],
      ['expired', 0],
      ['unknown-check', 0],
    ])
  })

  it('refuses a selector that nobody can read', () => {
    expect(() => book(waiverFor('a', { selector: 'role in (' }))).toThrow(
      expect.objectContaining({ code: 'SELECTOR_INVALID' }),
    )
  })

  it('counts a host once per target, not again for the other ANCK line', () => {
    const check = fixedCheck('a', { status: 'fail', here: { en: '', zh: '' }, evidence: [] })
    const waivers = book(waiverFor('a'))
    const options = {
      targets,
      checks: [check],
      kernelProfile: builtinKernelProfile,
      anck: '5.10',
      waivers,
      now,
    } as const
    assessHost(hostFacts(), options)
    expect(waivers.report()[0]).toMatchObject({ status: 'used', uses: 3 })
  })
})

const outcomeArbitrary = fc.constantFrom('pass', 'fail', 'unknown', 'not-applicable' as const)
const findingsArbitrary = fc.array(fc.tuple(outcomeArbitrary, fc.constantFrom(...severities)), {
  maxLength: 8,
})

describe('waiving', () => {
  it('never makes a host READY, never hides an unknown, never changes the confidence', () => {
    fc.assert(
      fc.property(
        findingsArbitrary,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (rows, waived) => {
          const list = rows.map(([status, severity], index) =>
            fixedCheck(`c${index}`, outcomeOf(status), severity),
          )
          const waivers = list.filter((_, index) => waived[index]).map(({ id }) => waiverFor(id))
          const plain = judge(list, [])
          const eased = judge(list, waivers)
          expect(eased.confidence).toBe(plain.confidence)
          expect(eased.confidenceRatio).toBe(plain.confidenceRatio)
          expect(eased.counts.unknown).toBe(plain.counts.unknown)
          expect(eased.counts.fail + eased.counts.waived).toBe(plain.counts.fail)
          expect(eased.counts.pass).toBe(plain.counts.pass)
          expect(eased.verdict === 'READY' && plain.verdict !== 'READY').toBe(false)
          expect(rank(eased.verdict)).toBeLessThanOrEqual(rank(plain.verdict))
        },
      ),
    )
  })
})

function judge(list: ReturnType<typeof fixedCheck>[], waivers: readonly Waiver[]) {
  const checkIds = new Set(list.map(({ id }) => id))
  const assessment = assessHost(hostFacts(), {
    targets: ['anolis-rhck'],
    checks: list,
    kernelProfile: builtinKernelProfile,
    anck: '5.10',
    waivers: createWaiverBook({ waivers, checkIds, now }),
    now,
  })
  return assessment.targets[0]!
}

function outcomeOf(status: 'pass' | 'fail' | 'unknown' | 'not-applicable') {
  if (status === 'pass') return { status } as const
  if (status === 'fail') return { status, here: { en: '', zh: '' }, evidence: [] } as const
  return { status, reason: { en: '', zh: '' } } as const
}

/** BLOCKED is the gravest; a waiver may only move towards READY_WITH_ACTIONS. */
function rank(verdict: Verdict): number {
  return { BLOCKED: 3, UNKNOWN: 2, READY_WITH_ACTIONS: 1, READY: 0 }[verdict] ?? verdicts.length
}
