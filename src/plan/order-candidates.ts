import { compareText } from '../model/compare-text.ts'
import type { Candidate } from './screen-hosts.ts'
import type { WaveOptions } from './wave-request.ts'

/** Candidates in the order in which they are to start; names of the same kind never tie. */
export function orderCandidates<C extends Candidate>(
  candidates: readonly C[],
  { order, zones }: Pick<WaveOptions, 'order' | 'zones'>,
): C[] {
  return candidates.toSorted((a, b) => {
    const byZone = zones === 'any' ? 0 : compareText(zoneOf(a), zoneOf(b))
    if (byZone !== 0) return byZone
    if (order === 'fewest-pods' && a.pods !== b.pods) return a.pods - b.pods
    return compareText(nameOf(a), nameOf(b))
  })
}

/** Name of the node, or of the host that is none. */
export function nameOf({ moved }: Pick<Candidate, 'moved'>): string {
  return moved.node ?? moved.host
}

/** Nodes without a zone come after all others. */
function zoneOf({ node }: Candidate): string {
  return node?.zone ?? '\uFFFF'
}

/** Parts off the first of each class of machines: what goes wrong shows on them. */
export function pickCanaries<C extends Candidate>(
  ordered: readonly C[],
  perClass: number,
): { canaries: C[]; others: C[] } {
  const seen = new Map<string, number>()
  const canaries = ordered.filter(({ moved, node }) => {
    const machine = JSON.stringify([
      node?.role ?? 'host',
      ...(node?.machine ?? []),
      ...(moved.traits ?? []).toSorted(),
    ])
    const count = seen.get(machine) ?? 0
    seen.set(machine, count + 1)
    return count < perClass
  })
  const chosen = new Set(canaries)
  return { canaries, others: ordered.filter((candidate) => !chosen.has(candidate)) }
}
