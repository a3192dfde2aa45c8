import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Phase } from '../model/playbook.ts'
import { pendingNode } from './node-state.ts'
import type { RunState } from './run-state.ts'

/** What of a plan is run; nothing left out = all of it. */
export interface RunSelection {
  /** Names of nodes. */
  only?: readonly string[]
  /** Index of one wave. */
  wave?: number
  /** Nodes go so far and are held there. */
  until?: 'migrated' | 'replaced' | 'restored'
  /** Fewer at a time than the plan allows. */
  maxUnavailable?: number
  /**
   * Names of nodes that are tried once more: those that were returned from the beginning, those that have failed onward when
   * they are past their point of no return, else further back.
   */
  retry?: readonly string[]
}

const phaseOf = { migrated: 'migrate', replaced: 'replace', restored: 'restore' } as const

/** The last phase that is asked for. */
export function lastPhase({ until = 'restored' }: RunSelection): Phase {
  return phaseOf[until]
}

/** Names of the nodes that are asked for. */
export function selectedNodes(plan: Plan, { only, wave }: RunSelection): ReadonlySet<string> {
  const named = plan.waves
    .filter(({ index }) => wave === undefined || index === wave)
    .flatMap(({ nodes }) => nodes)
    .filter((name) => only === undefined || only.includes(name))
  return new Set(named)
}

/** Nodes that are tried once more and have not been yet. */
export function nodesToRetry({ retry = [] }: RunSelection, { nodes }: RunState): string[] {
  return retry.filter((name) => ['failed', 'returned'].includes(nodes.get(name)?.outcome ?? ''))
}

/** Throws USAGE for what is not in the plan, and for a wave that is before its turn. */
export function refuseSelection(plan: Plan, state: RunState, selection: RunSelection): void {
  const { only = [], wave, retry = [], maxUnavailable } = selection
  const names = new Set(plan.nodes.map(({ name }) => name))
  const stranger = [...only, ...retry].find((name) => !names.has(name))
  if (stranger !== undefined)
    throw new MigrationError('USAGE', `the plan has no node ${stranger}`, {
      hint: `its nodes are ${[...names].slice(0, 20).join(', ')}`,
    })
  if (maxUnavailable !== undefined && !(maxUnavailable >= 1))
    throw new MigrationError('USAGE', `at least one node must be allowed to be away, not ${maxUnavailable}`)
  if (wave === undefined) return
  const indexes = plan.waves.map(({ index }) => index)
  if (!indexes.includes(wave))
    throw new MigrationError('USAGE', `the plan has no wave ${wave}`, {
      hint: `its waves are ${indexes.join(', ')}`,
    })
  const earlier = plan.waves.filter(({ index }) => index < wave).flatMap(({ nodes }) => nodes)
  const open = earlier.filter((name) => (state.nodes.get(name) ?? pendingNode).status !== 'ended')
  if (open.length === 0) return
  const message = `wave ${wave} cannot run before the earlier ones: ${open.slice(0, 20).join(', ')} not done`
  throw new MigrationError('USAGE', message, {
    hint: 'run the earlier waves first, or name nodes with --only',
  })
}
