import { MigrationError } from '../model/errors.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit, CommandInput, FlagDefinition } from './define-command.ts'
import { fewNames } from '../model/few-names.ts'
import { givenFlags } from './given-flags.ts'
import { goOnWithNodes, nodeRun, refuseFailedPast } from './node-run.ts'
import { shellWord } from './shell-word.ts'

/**
 * A node that an open run has begun with is restored by that run, never by the record of a drain: undefined when no node is one.
 * Throws USAGE for nodes of both kinds, for flags that are about drained nodes, and for a node that its last run has left failed past its
 * point of no return.
 */
export async function restoreInRun(
  context: CommandContext,
  input: CommandInput,
  flags: readonly FlagDefinition[],
): Promise<CommandExit | undefined> {
  const nodes = [...new Set(input.arguments)]
  const [first, ...more] = nodes.flatMap((node) => nodeRun(context, node) ?? [])
  if (first === undefined) {
    for (const node of nodes) refuseFailedPast(context, node)
    return undefined
  }
  const runs = [first, ...more] as const
  const others = nodes.filter((node) => runs.every((run) => run.node !== node))
  if (others.length > 0)
    throw new MigrationError(
      'USAGE',
      `the run ${first.run.id} has begun with ${first.node}, no run with ${fewNames(others)}`,
      { hint: `one after the other: ${clusterCommand(context, `restore ${shellWord(first.node)}`)}` },
    )
  const given = givenFlags(flags, input, [])
  if (given.length > 0)
    throw new MigrationError('USAGE', `the run ${first.run.id} restores ${first.node}, as its plan says`, {
      hint: `leave out ${given.join(' ')}: only for nodes that osferry drain has drained`,
      details: { run: first.run.id },
    })
  return await goOnWithNodes(context, runs, 'restore')
}
