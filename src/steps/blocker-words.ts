import type { Text } from '../model/text.ts'
import type { Blocker, BlockerCause } from './drain-blockers.ts'
import { causeTexts } from './drain-texts.ts'

type Say = (text: Text) => string

/** What people can do something about comes first; what ends by itself comes last. */
const order: readonly BlockerCause[] = [
  'refused',
  'budget',
  'budget-behind',
  'finalizer',
  'unknown',
  'completion',
  'retry',
  'grace',
  'order',
]
const groupsShown = 5
const podsShown = 3

/** Blockers by cause, each as `3 waiting for budget shop/web (...): a/x, a/y, a/z, ...`. */
export function blockerWords(blockers: readonly Blocker[], say: Say): string[] {
  const groups = Map.groupBy(blockers, ({ cause, detail }) =>
    cause === 'budget' ? `${cause} ${detail}` : cause,
  )
  return [...groups.values()]
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, groupsShown)
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const { cause, detail } = first
      const pods = group.slice(0, podsShown).map(({ pod }) => pod)
      const more = group.length > pods.length ? ', ...' : ''
      const about = cause === 'budget' || (cause === 'finalizer' && group.length === 1) ? ` ${detail}` : ''
      return `${group.length} ${say(causeTexts[cause])}${about}: ${pods.join(', ')}${more}`
    })
}

function rank(blocker: Blocker | undefined): number {
  return blocker === undefined ? order.length : order.indexOf(blocker.cause)
}

/** The one that people can do most about. */
export function worstBlocker(blockers: readonly Blocker[]): Blocker | undefined {
  return blockers.toSorted((a, b) => rank(a) - rank(b))[0]
}
