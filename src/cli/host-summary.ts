import type { HostFacts } from '../model/facts.ts'

/** A host's document without its facts, which are counted. */
export interface HostSummary extends Omit<HostFacts, 'facts'> {
  facts: {
    read: number
    /** Facts asked for that did not come. */
    gaps: number
    /** Facts that came, but not whole. */
    degraded: number
    /** Facts that are missing or not whole because the login may not see everything. */
    lackingRights: number
  }
}

/** Counts the facts of a host. */
export function summaryOf(document: HostFacts): HostSummary {
  const facts = Object.values(document.facts)
  return {
    ...document,
    facts: {
      read: facts.filter((fact) => fact?.status === 'ok').length,
      gaps: facts.filter((fact) => fact?.status === 'unavailable' && fact.reason !== 'not-collected').length,
      degraded: facts.filter((fact) => fact?.status === 'ok' && fact.degraded !== undefined).length,
      lackingRights: countLackingRights(document),
    },
  }
}

function countLackingRights({ facts, collection }: HostFacts): number {
  return Object.values(facts).filter((fact) => {
    if (fact?.status === 'unavailable') return fact.reason === 'permission-denied'
    if (fact?.degraded === undefined) return false
    return collection.privilege === 'user' || fact.degraded.startsWith('not allowed to ')
  }).length
}
