import { MigrationError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import type { NodeState } from '../model/run-state-node.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import { keptPlan } from './kept-plan.ts'
import { allRuns, type KnownRun } from './known-runs.ts'
import { nodeEndTexts } from './messages-apply.ts'
import { runToEnd } from './run-session.ts'
import { shellWord } from './shell-word.ts'

/** How far a node is taken by the command that is named so. */
export const nodeEnds = { migrate: 'migrated', replace: 'replaced', restore: 'restored' } as const

/** A run that has not ended, and a node with which it has begun. */
export interface NodeRun extends KnownRun {
  node: string
}

/** The run that has begun with a node and not ended; undefined when there is none. */
export function nodeRun(context: CommandContext, node: string): NodeRun | undefined {
  const found = openRuns(context).findLast(({ state }) => state.nodes.get(node)?.status === 'running')
  return found === undefined ? undefined : { ...found, node }
}

/** The same, or a run of this node alone that has not come to its turn: a window or a gate has held it. */
export function runToMigrate(context: CommandContext, node: string): NodeRun | undefined {
  const begun = nodeRun(context, node)
  if (begun !== undefined) return begun
  const found = openRuns(context).findLast(({ state: { nodes } }) => nodes.size === 1 && nodes.has(node))
  return found === undefined ? undefined : { ...found, node }
}

function openRuns(context: CommandContext): KnownRun[] {
  return allRuns(context).filter(({ state }) => state.status !== 'ended')
}

/** Throws RUN_NOT_FOUND for a node that no open run has begun with, with the command to begin, or to try it again. */
export function requireNodeRun(context: CommandContext, node: string): NodeRun {
  const found = nodeRun(context, node)
  if (found !== undefined) return found
  throw new MigrationError('RUN_NOT_FOUND', `no run that has not ended has begun with ${node}`, {
    hint: hintFor(context, node),
  })
}

/**
 * Throws USAGE for a node that its last run has left failed past its point of no return: the record of a drain knows nothing of the
 * data that is in the store only. Names both commands that put it back.
 */
export function refuseFailedPast(context: CommandContext, node: string): void {
  const last = lastRunOf(context, node)
  if (last?.status !== 'failed' || !last.isPastNoReturn) return
  const { run, plan } = last
  const command = (text: string): string => clusterCommand(context, text)
  const name = shellWord(node)
  throw new MigrationError(
    'USAGE',
    `the run ${run} has failed on ${node}, past its point of no return: its data may not be back`,
    {
      hint: `${command(`runs resume ${run} --retry ${name}`)} tries again, ${command(`rollback ${name} --approve ${plan.slice(0, 12)}`)} brings the old system back; only when its data is back by hand: kubectl uncordon ${name}`,
      details: { run },
    },
  )
}

function hintFor(context: CommandContext, node: string): string {
  const last = lastRunOf(context, node)
  const command = (text: string): string => clusterCommand(context, text)
  if (last?.status === 'failed')
    return `the run ${last.run} has failed on it: ${command(`runs resume ${last.run} --retry ${shellWord(node)}`)} tries again`
  const done =
    last?.status === 'done' ? `the run ${last.run} is done with it; collect and assess it again, and ` : ''
  return `${done}begin with: ${command(`migrate ${shellWord(node)} --options FILE`)}`
}

interface LastRun extends Pick<NodeState, 'status' | 'isPastNoReturn'> {
  run: string
  /** Digest of its plan. */
  plan: string
}

function lastRunOf(context: CommandContext, node: string): LastRun | undefined {
  const last = allRuns(context).findLast(({ state }) => (state.nodes.get(node)?.starts ?? 0) > 0)
  const found = last?.state.nodes.get(node)
  if (last === undefined || found === undefined) return undefined
  const { status, isPastNoReturn } = found
  return { run: last.run.id, plan: last.run.plan, status, isPastNoReturn }
}

/** Goes on with nodes of one open run until they are migrated, replaced or restored; what else is in the run is left as it is. */
export async function goOnWithNodes(
  context: CommandContext,
  runs: readonly [NodeRun, ...NodeRun[]],
  phase: keyof typeof nodeEnds,
): Promise<CommandExit> {
  const [{ run }] = runs
  const nodes = runs.map(({ node }) => node)
  const stranger = runs.find((one) => one.run.id !== run.id)
  if (stranger !== undefined)
    throw new MigrationError('USAGE', `${nodes.join(', ')} are nodes of several runs`, {
      hint: `one run at a time: ${clusterCommand(context, `${phase} ${shellWord(stranger.node)}`)}`,
    })
  refuseGoingBack(context, runs)
  const file = await keptPlan(context, run.plan)
  if (phase === 'restore') for (const one of runs) refuseOldSystem(context, file.plan, one)
  const { say, stderr, verbosity } = context
  if (verbosity !== 'quiet') {
    const end = nodeEndTexts[phase]
    const names = nodes.join(', ')
    stderr.write(
      `${say({ en: `going on with the run ${run.id}, until ${names} is ${end.en}`, zh: `继续运行 ${run.id}，直到 ${names} ${end.zh}` })}\n`,
    )
  }
  return await runToEnd(context, {
    file,
    run: run.id,
    selection: { only: nodes, until: nodeEnds[phase] },
    commands: nodeCommands(phase, nodes),
  })
}

/** The command that goes on with the same, and the one that comes after it. */
export function nodeCommands(
  phase: keyof typeof nodeEnds,
  nodes: readonly string[],
): { again: string; onward?: string } {
  const words = nodes.map(shellWord).join(' ')
  const then = { migrate: 'replace', replace: 'restore', restore: undefined }[phase]
  return { again: `${phase} ${words}`, ...(then === undefined ? {} : { onward: `${then} ${words}` }) }
}

function refuseGoingBack(context: CommandContext, runs: readonly NodeRun[]): void {
  for (const { run, state, node } of runs) {
    const { isReturning = false, isRollingBack = false } = state.nodes.get(node) ?? {}
    if (!isReturning && !isRollingBack && !state.isAborting) continue
    throw new MigrationError('USAGE', `${node} is on its way back: it goes no more forward in ${run.id}`, {
      hint: `${clusterCommand(context, `runs resume ${run.id}`)} finishes that`,
      details: { run: run.id },
    })
  }
}

/** Who gives a node back that only was migrated must not have its system replaced for that. */
function refuseOldSystem(context: CommandContext, plan: Plan, { run, state, node }: NodeRun): void {
  const isPast = state.nodes.get(node)?.isPastNoReturn === true
  const planned = plan.nodes.find(({ name }) => name === node)?.steps ?? []
  if (isPast || !planned.some(({ pointOfNoReturn }) => pointOfNoReturn)) return
  const command = (text: string): string => clusterCommand(context, text)
  throw new MigrationError('USAGE', `the run ${run.id} has not replaced the system of ${node} yet`, {
    hint: `${command(`replace ${shellWord(node)}`)} does; to have the node as it was found: ${command(`runs abort ${run.id}`)}`,
    details: { run: run.id },
  })
}
