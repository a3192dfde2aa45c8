import type { CheckResult } from '../../src/assess/run-check.ts'
import type { AnyCheck } from '../../src/model/check.ts'
import type { FactName } from '../../src/model/facts.ts'
import type { KernelAnswer, KernelLine, KernelProfile } from '../../src/model/kernel.ts'
import {
  degraded,
  factsWith,
  runCheck,
  without,
  type FactOverrides,
  type RunCheckOptions,
} from './facts-fixture.ts'

/** Judges the healthy worker with some facts changed, for the check's first target unless another one is named. */
export function judge(
  check: AnyCheck,
  overrides: FactOverrides,
  options: Partial<RunCheckOptions> = {},
): CheckResult {
  return runCheck(check, factsWith(overrides), { target: firstTarget(check), ...options })
}

/** Judges the healthy worker while one fact could not be read. */
export function judgeWithout(check: AnyCheck, fact: FactName): CheckResult {
  return runCheck(check, without(fact), { target: firstTarget(check) })
}

/** Judges the healthy worker with some facts changed, and a part of one of them missing. */
export function judgeDegraded(check: AnyCheck, fact: FactName, overrides: FactOverrides = {}): CheckResult {
  const facts = degraded(fact, 'a part was denied', factsWith(overrides))
  return runCheck(check, facts, { target: firstTarget(check) })
}

/** The command lines that a failure of this host offers. */
export function commandsOf(result: CheckResult): string[][] {
  const remedies = result.status === 'fail' ? (result.remedies ?? []) : []
  return remedies.flatMap((remedy) => (remedy.kind === 'command' ? [remedy.argv] : []))
}

/** A kernel of which only the named modules and options are known. */
export function kernelWith(
  answers: { modules?: Record<string, KernelAnswer>; options?: Record<string, KernelAnswer> },
  line: KernelLine = 'anck-5.10',
): KernelProfile {
  const source = 'test'
  return {
    id: `test:${line}`,
    line,
    arch: 'x86_64',
    completeness: { en: 'test', zh: 'test' },
    module: (name) => ({ answer: answers.modules?.[name] ?? 'unknown', source }),
    option: (name) => ({ answer: answers.options?.[name] ?? 'unknown', source }),
    symbol: () => 'unknown',
  }
}

function firstTarget(check: AnyCheck): RunCheckOptions['target'] {
  const target = check.targets[0]
  if (target === undefined) throw new Error(`${check.id} has no target`)
  return target
}
