import { z } from 'zod'
import type { ClusterList } from './cluster.ts'
import type { FactName, FactValue } from './facts.ts'
import type { KernelLine, KernelProfile } from './kernel.ts'
import type { NodeView } from './node-view.ts'
import type { Severity, Target } from './target.ts'
import { Text } from './text.ts'

/** The areas by which findings are grouped in reports. */
export const domains = [
  'identity',
  'packages',
  'kernel',
  'hardware',
  'boot',
  'storage',
  'network',
  'services',
  'security',
  'runtime',
  'kubernetes',
] as const
export const Domain = z.enum(domains)
export type Domain = z.infer<typeof Domain>

/** How to fix a finding: words, an argv to run on the host, or a playbook by name. */
export const Remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hint'), text: Text }),
  z.object({ kind: z.literal('command'), argv: z.array(z.string()).min(1), text: Text.optional() }),
  z.object({ kind: z.literal('playbook'), name: z.string(), text: Text.optional() }),
])
export type Remedy = z.infer<typeof Remedy>

/** Minutes of a person's work: once for the fleet, and again for each host. */
export const Effort = z.object({ onceMinutes: z.int().min(0), perHostMinutes: z.int().min(0) })
export type Effort = z.infer<typeof Effort>

/**
 * What a check saw: the fact, or the snapshot of the cluster, and the lines of it that decided. The engine adds command and
 * sha256 of the fact's source.
 */
export interface CheckEvidence {
  fact: FactName | 'cluster'
  excerpt: string
}

export type CheckOutcome =
  | { status: 'pass' }
  | { status: 'not-applicable'; reason: Text }
  /** The facts are there, but do not decide (for example: the kernel data does not hold this module). */
  | {
      status: 'unknown'
      reason: Text
      evidence?: readonly CheckEvidence[]
      /** What helps to find out; the check's own remedies are used when left out. */
      remedies?: readonly Remedy[]
    }
  | {
      status: 'fail'
      /** This host: names the module, path, package or value. */
      here: Text
      evidence: readonly CheckEvidence[]
      /** Fixes for this host; the check's own remedies are used when left out. */
      remedies?: readonly Remedy[]
      /** When this case is milder or graver than the check's severity. */
      severity?: Severity
    }

export interface CheckContext {
  target: Target
  /** Kernel line judged for this target: `anolis-anck` is judged for 4.19 and 5.10 apart. */
  kernelLine: KernelLine
  kernel: KernelProfile
  /** Now, ISO 8601 UTC; injected so that checks stay pure. */
  now: string
  /** Facts of which a part is missing: what is null in them may only not have been read. */
  degraded: ReadonlySet<FactName>
  host: { name: string; labels: Readonly<Record<string, string>> }
}

export type FactsOf<Needs extends FactName, Uses extends FactName> = {
  readonly [F in Needs]: FactValue<F>
} & { readonly [F in Uses]: FactValue<F> | undefined }

export interface CheckDefinition<Needs extends FactName = FactName, Uses extends FactName = never> {
  /** Stable, hand-written, the file's name: waivers and dashboards are keyed by it. */
  id: string
  domain: Domain
  targets: readonly Target[]
  /** Facts without which the answer is `unknown`. */
  needs: readonly Needs[]
  /** Facts that refine the answer and may be missing. */
  uses?: readonly Uses[]
  /**
   * Needed facts that are read on request only (`--deep`): nobody asked, so the check is not applicable, and the fact is
   * among what was not checked.
   */
  onRequest?: readonly Needs[]
  /**
   * Needed facts of which a part may be missing without changing the answer. Any other needed fact that came with a
   * `degraded` note turns `pass` and `not-applicable` into `unknown`.
   */
  toleratesDegraded?: readonly Needs[]
  severity: Severity
  /** The gravest that `evaluate` can say where that is not `severity`; an `unknown` is judged by it. */
  worstSeverity?: Severity | Readonly<Partial<Record<Target, Severity>>>
  title: Text
  /** What it looks for and why it matters, in general. */
  what: Text
  remedies: readonly Remedy[]
  effort: Effort
  /** URLs, man pages, or `facts: ...` lines that back the rule; at least one. */
  sources: readonly string[]
  evaluate(facts: FactsOf<Needs, Uses>, context: CheckContext): CheckOutcome
}

/** A check of the node that the host is in its cluster: it sees the snapshot, and facts of the host where they are known. */
export interface NodeCheckDefinition<Uses extends FactName = never> extends Omit<
  CheckDefinition<never, Uses>,
  'needs' | 'onRequest' | 'toleratesDegraded' | 'evaluate'
> {
  /** Lists of the snapshot on which the answer rests: what could not be read makes it `unknown`. */
  lists: readonly [ClusterList, ...ClusterList[]]
  evaluate(facts: { readonly node: NodeView } & FactsOf<never, Uses>, context: CheckContext): CheckOutcome
}

/** A check as lists hold it, with the types of its facts forgotten. */
export type AnyCheck = Omit<CheckDefinition<FactName, FactName>, 'evaluate'> & {
  /** Of a check of the node: see `NodeCheckDefinition`. */
  lists?: readonly ClusterList[]
  evaluate(facts: never, context: CheckContext): CheckOutcome
}

/** The gravest that a check can say about a target. */
export function worstSeverityFor(
  { severity, worstSeverity }: Pick<AnyCheck, 'severity' | 'worstSeverity'>,
  target: Target,
): Severity {
  return (typeof worstSeverity === 'object' ? worstSeverity[target] : worstSeverity) ?? severity
}

/** Types the argument of `evaluate` by `needs` and `uses`. */
export function defineCheck<const Needs extends FactName, const Uses extends FactName = never>(
  check: CheckDefinition<Needs, Uses>,
): CheckDefinition<Needs, Uses> {
  return check
}

/** Types the argument of `evaluate` by `uses`, with the node before it. */
export function defineNodeCheck<const Uses extends FactName = never>(
  check: NodeCheckDefinition<Uses>,
): NodeCheckDefinition<Uses> & { readonly needs: readonly [] } {
  return { ...check, needs: [] }
}

/** `pass`, for the last line of a check. */
export const pass: CheckOutcome = { status: 'pass' }

/** The check has nothing to say about this host, for example a GPU rule on a host without one. */
export function notApplicable(en: string, zh: string): CheckOutcome {
  return { status: 'not-applicable', reason: { en, zh } }
}

/** The facts do not decide; says why. */
export function unknown(en: string, zh: string, evidence: readonly CheckEvidence[] = []): CheckOutcome {
  return { status: 'unknown', reason: { en, zh }, evidence }
}
