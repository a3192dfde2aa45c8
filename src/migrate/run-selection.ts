import { MigrationError } from '../model/errors.ts'
import type { RunPart } from '../model/journal-record.ts'
import type { Plan } from '../model/plan.ts'
import type { Phase } from '../model/playbook.ts'
import { pendingNode, type NodeState } from './node-state.ts'
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
   * Names of nodes that are tried once more: those that were returned or rolled back from the beginning, those that have failed
   * onward when they are past their point of no return, else further back.
   */
  retry?: readonly string[]
  /**
   * Names of nodes that are brought back, and nothing else is done: those before their point of no return are given back, the
   * others by the rollback means of the plan. Alone.
   */
  rollback?: readonly string[]
}

/** What of the plan is asked for, as the journal keeps it: trying a node again is no part. */
export function partOf({ only, wave, until, maxUnavailable, rollback }: RunSelection): RunPart {
  return {
    ...(only === undefined ? {} : { only: [...only] }),
    ...(wave === undefined ? {} : { wave }),
    ...(until === undefined ? {} : { until }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    ...(rollback === undefined ? {} : { rollback: [...rollback] }),
  }
}

const phaseOf = { migrated: 'migrate', replaced: 'replace', restored: 'restore' } as const

/** The last phase that is asked for. */
export function lastPhase({ until = 'restored', rollback }: RunSelection): Phase | 'back' {
  return rollback === undefined ? phaseOf[until] : 'back'
}

/** Names of the nodes that are asked for. */
export function selectedNodes(plan: Plan, { only, wave, rollback }: RunSelection): ReadonlySet<string> {
  if (rollback !== undefined) return new Set(rollback)
  const named = plan.waves
    .filter(({ index }) => wave === undefined || index === wave)
    .flatMap(({ nodes }) => nodes)
    .filter((name) => only === undefined || only.includes(name))
  return new Set(named)
}

/** Nodes that are tried once more and have not been yet. */
export function nodesToRetry({ retry = [] }: RunSelection, { nodes }: RunState): string[] {
  return retry.filter((name) =>
    ['failed', 'returned', 'rolled-back'].includes(nodes.get(name)?.outcome ?? ''),
  )
}

/** Those of them that begin from nothing: each is a start like any other, and waits for its turn. */
export function nodesToBeginAnew(selection: RunSelection, state: RunState): string[] {
  return nodesToRetry(selection, state).filter((name) => isBack(state.nodes.get(name) ?? pendingNode))
}

/** Nodes that are to be brought back and are not. */
export function nodesToBring({ rollback = [] }: RunSelection, { nodes }: RunState): string[] {
  return [...new Set(rollback)].filter((name) => !isBack(nodes.get(name) ?? pendingNode))
}

/** True when a node is as it was found. */
export function isBack({ outcome }: Pick<NodeState, 'outcome'>): boolean {
  return outcome === 'returned' || outcome === 'rolled-back'
}

/** Throws USAGE for what is not in the plan, for a node to retry that is not among those asked for, and for a wave that is before its turn. */
export function refuseSelection(plan: Plan, state: RunState, selection: RunSelection): void {
  const { only = [], wave, retry = [], rollback = [], maxUnavailable } = selection
  const names = new Set(plan.nodes.map(({ name }) => name))
  const stranger = [...only, ...retry, ...rollback].find((name) => !names.has(name))
  if (stranger !== undefined)
    throw new MigrationError('USAGE', `the plan has no node ${stranger}`, {
      hint: `its nodes are ${[...names].slice(0, 20).join(', ')}`,
    })
  if (maxUnavailable !== undefined && !(maxUnavailable >= 1))
    throw new MigrationError('USAGE', `at least one node must be allowed to be away, not ${maxUnavailable}`)
  refuseWave(plan, wave)
  const chosen = selectedNodes(plan, selection)
  const outside = rollback.length > 0 ? [] : retry.filter((name) => !chosen.has(name))
  if (outside.length > 0)
    throw new MigrationError(
      'USAGE',
      `${outside.slice(0, 20).join(', ')}: to be tried again, but not among the nodes that --only and --wave choose`,
      { hint: 'name the same nodes with --retry and --only, or leave --only and --wave out' },
    )
  refuseEarlyWave(plan, state, wave)
}

function refuseWave({ waves }: Plan, wave: number | undefined): void {
  const indexes = waves.map(({ index }) => index)
  if (wave === undefined || indexes.includes(wave)) return
  throw new MigrationError('USAGE', `the plan has no wave ${wave}`, {
    hint: `its waves are ${indexes.join(', ')}`,
  })
}

function refuseEarlyWave(plan: Plan, state: RunState, wave: number | undefined): void {
  if (wave === undefined) return
  const earlier = plan.waves.filter(({ index }) => index < wave).flatMap(({ nodes }) => nodes)
  const open = earlier.filter((name) => (state.nodes.get(name) ?? pendingNode).status !== 'ended')
  if (open.length === 0) return
  const message = `wave ${wave} cannot run before the earlier ones: ${open.slice(0, 20).join(', ')} not done`
  throw new MigrationError('USAGE', message, {
    hint: 'run the earlier waves first, or name nodes with --only',
  })
}
