import type { WaiverReport } from '../model/assessment.ts'
import { parseSelector, selects, type Selectable, type Selector } from '../model/selector.ts'
import type { Target } from '../model/target.ts'
import { isWaiverOver, type Waiver } from '../model/waivers.ts'

/** A waiver and its place in the file, 0 for the first. */
export interface IndexedWaiver {
  index: number
  waiver: Waiver
}

/** The waivers of one run: finds the one that covers a finding, and keeps count of what each was used for. */
export interface WaiverBook {
  /** The first waiver in file order that is not over and covers this check, target and host. */
  find(checkId: string, target: Target, host: Selectable): IndexedWaiver | undefined
  /** Counts one host x target that a waiver covered. */
  use(index: number): void
  /** What became of each waiver, in file order; complete only after the last host. */
  report(): WaiverReport[]
}

export interface WaiverBookOptions {
  waivers: readonly Waiver[]
  /** Ids of all checks, team checks included: a waiver for anything else is reported. */
  checkIds: ReadonlySet<string>
  /** Now, ISO 8601 UTC. */
  now: string
}

interface Entry extends IndexedWaiver {
  selector: Selector
  state: 'live' | 'expired' | 'unknown-check'
  uses: number
}

/** Reads the selectors of all waivers at once; throws SELECTOR_INVALID for a bad one. */
export function createWaiverBook(options: WaiverBookOptions): WaiverBook {
  const today = options.now.slice(0, 10)
  const entries: Entry[] = options.waivers.map((waiver, index) => ({
    index,
    waiver,
    selector: parseSelector(waiver.selector),
    state: stateOf(waiver, options.checkIds, today),
    uses: 0,
  }))
  const byCheck = Map.groupBy(
    entries.filter(({ state }) => state === 'live'),
    ({ waiver }) => waiver.check,
  )
  return {
    find: (checkId, target, host) => byCheck.get(checkId)?.find((entry) => covers(entry, target, host)),
    use(index) {
      const entry = entries[index]
      if (entry !== undefined) entry.uses++
    },
    report: () => entries.map(reportEntry),
  }
}

function stateOf(waiver: Waiver, checkIds: ReadonlySet<string>, today: string): Entry['state'] {
  if (!checkIds.has(waiver.check)) return 'unknown-check'
  return isWaiverOver(waiver, today) ? 'expired' : 'live'
}

function covers({ waiver, selector }: Entry, target: Target, host: Selectable): boolean {
  return (waiver.targets === undefined || waiver.targets.includes(target)) && selects(selector, host)
}

function reportEntry({ index, waiver, state, uses }: Entry): WaiverReport {
  const { check, selector, reason, owner, expires } = waiver
  const status = state !== 'live' ? state : uses > 0 ? 'used' : 'unmatched'
  return { index, check, selector, reason, owner, expires, status, uses }
}
