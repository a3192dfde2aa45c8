import type { AnyCheck, CheckOutcome } from '../../src/model/check.ts'
import type { Severity } from '../../src/model/target.ts'
import type { Waiver } from '../../src/model/waivers.ts'

/** A check that always answers the same, for tests of the engine. */
export function fixedCheck(id: string, outcome: CheckOutcome, severity: Severity = 'medium'): AnyCheck {
  return {
    id,
    domain: 'kernel',
    targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
    needs: ['kernel'],
    severity,
    title: { en: id, zh: id },
    what: { en: id, zh: id },
    remedies: [],
    effort: { onceMinutes: 0, perHostMinutes: 0 },
    sources: ['test'],
    evaluate: () => outcome,
  }
}

/** A check that fails with its severity. */
export function failing(id: string, severity: Severity): AnyCheck {
  return fixedCheck(id, { status: 'fail', here: { en: id, zh: id }, evidence: [] }, severity)
}

/** A waiver for a check on every host. */
export function waiverFor(check: string, values: Partial<Waiver> = {}): Waiver {
  return { check, selector: '*', reason: 'accepted', owner: 'ops', expires: '2026-12-31', ...values }
}
