import { partOf, selectedNodes, type RunSelection } from '../migrate/run-selection.ts'
import type { RunPart } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import { partToRetry } from '../model/run-part.ts'
import type { RunState } from '../model/run-state.ts'
import { shellWord } from './shell-word.ts'

export interface ResumedSelection {
  plan: Plan
  state: Pick<RunState, 'asked' | 'status'>
  /** What the command line chooses. */
  asked: RunSelection
  /** Names of nodes that are tried once more. */
  retry: readonly string[]
  /** All of the plan, whatever was asked for before. */
  isWhole: boolean
}

/**
 * What a run goes on with: what was asked of it, unless this command line says otherwise. Who tries nodes again keeps to the part
 * that was asked for last, also when it is done; a run that had ended is opened for these nodes, and for no other.
 */
export function resumedSelection(resumed: ResumedSelection): RunSelection {
  const { plan, state, asked, retry, isWhole } = resumed
  if (retry.length === 0) return withinPart(resumed)
  const choosesNodes = asked.only !== undefined || asked.wave !== undefined
  const within = withinPart(resumed)
  if (choosesNodes) return { ...within, retry }
  const { wave: __, only: ___, ...limits } = within
  if (state.status === 'ended' && !isWhole) return { ...limits, only: retry, retry }
  const isNarrow = within.only !== undefined || within.wave !== undefined
  if (!isNarrow) return { ...within, retry }
  return { ...limits, only: [...new Set([...selectedNodes(plan, within), ...retry])], retry }
}

/** Beside a way back that is not done, the part that was asked for before it holds for everything else. */
function withinPart({ state, asked, retry, isWhole }: ResumedSelection): RunSelection {
  const { now, later } = state.asked
  const isAsked = retry.length > 0 || Object.keys(partOf(asked)).length > 0
  if (isWhole) return asked
  if (now.rollback !== undefined && !isAsked) return { rollback: now.rollback }
  const part = now.rollback === undefined ? now : later
  const { only, wave, rollback: _, ...limits } = retry.length > 0 ? partToRetry(state.asked) : part
  if (asked.only !== undefined || asked.wave !== undefined) return { ...limits, ...asked }
  return {
    ...(only === undefined ? {} : { only }),
    ...(wave === undefined ? {} : { wave }),
    ...limits,
    ...asked,
  }
}

/** A part as the flags that choose it; one of nodes that are brought back as the command. */
export function partText({ only, wave, until, maxUnavailable, rollback }: RunPart): string {
  return [
    ...(rollback === undefined ? [] : [`rollback ${someNames(rollback, ' ')}`]),
    ...(wave === undefined ? [] : [`--wave ${wave}`]),
    ...(only === undefined ? [] : [`--only ${someNames(only, ',')}`]),
    ...(until === undefined ? [] : [`--until ${until}`]),
    ...(maxUnavailable === undefined ? [] : [`--max-unavailable ${maxUnavailable}`]),
  ].join(' ')
}

const mostNames = 20

function someNames(names: readonly string[], between: string): string {
  const rest = names.length > mostNames ? [`... (${names.length})`] : []
  return [...names.slice(0, mostNames).map(shellWord), ...rest].join(between)
}
