import { canonicalJson } from '../model/canonical-json.ts'
import type { HostAssessment } from '../model/assessment.ts'
import type { HostFacts } from '../model/facts.ts'
import type { PlanInputs } from '../model/plan.ts'
import type { Target } from '../model/target.ts'
import type { ChangedObject } from './cluster-changes.ts'
import type { EndedWaiver } from './ended-waivers.ts'
import { assessmentView, factsView } from './input-views.ts'

/** A host as inputs see it; null = there is no such document, or it cannot be read. */
export interface InputHost {
  host: string
  facts: HostFacts | null
  assessment: HostAssessment | null
}

export interface InputsRequest {
  hosts: readonly InputHost[]
  target: Target
  cluster: PlanInputs['cluster']
  playbook: PlanInputs['playbook']
  /** `YYYY-MM-DD` in UTC: a waiver that is over by then accepts nothing. */
  today: string
  /** Hex; node:crypto is no part of a pure core. */
  sha256: (text: string) => string
}

/** On what a plan of these hosts rests. */
export function planInputs(request: InputsRequest): PlanInputs {
  const { hosts, target, cluster, playbook, today, sha256 } = request
  const ordered = hosts.toSorted((a, b) => (a.host < b.host ? -1 : 1))
  return {
    facts: ordered.map(({ host, facts }) => ({
      host,
      sha256: sha256(canonicalJson(facts === null ? null : factsView(facts))),
      collectedAt: facts?.collection.startedAt ?? null,
    })),
    assessment: ordered.map(({ host, assessment }) => ({
      host,
      sha256: sha256(canonicalJson(assessment === null ? null : assessmentView(assessment, target, today))),
    })),
    cluster,
    playbook,
  }
}

/** One input that is another one than when the plan was made; `host` is null for what concerns the whole plan. */
export interface ChangedInput {
  input: 'facts' | 'assessment' | 'cluster' | 'playbook' | 'data' | 'configuration'
  host: string | null
  /** Of a cluster, where it is known what it was: which objects are others now. */
  objects?: readonly ChangedObject[]
  /** Of an assessment: the waivers that have ended. */
  endedWaivers?: readonly EndedWaiver[]
}

/** What has changed since; when things were read does not count, only what was read. */
export function changedInputs(before: PlanInputs, now: PlanInputs): ChangedInput[] {
  const hostsOf = (input: 'facts' | 'assessment'): ChangedInput[] => {
    const known = new Map(now[input].map(({ host, sha256 }) => [host, sha256]))
    return before[input]
      .filter(({ host, sha256 }) => known.get(host) !== sha256)
      .map(({ host }) => ({ input, host }))
  }
  const isOtherCluster =
    before.cluster?.sha256 !== now.cluster?.sha256 ||
    // Of two clusters alike the wrong one is none the less wrong.
    (before.cluster?.uid ?? null) !== (now.cluster?.uid ?? null)
  return [
    ...(before.playbook.sha256 === now.playbook.sha256 ? [] : [{ input: 'playbook', host: null } as const]),
    ...(isOtherCluster ? [{ input: 'cluster', host: null } as const] : []),
    ...hostsOf('facts'),
    ...hostsOf('assessment'),
  ]
}
