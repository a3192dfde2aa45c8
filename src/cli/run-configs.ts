import { rmSync } from 'node:fs'
import type { NodeOutcome } from '../model/journal-record.ts'
import type { RunState } from '../migrate/run-state.ts'
import { configPath } from './run-ports-ignition.ts'
import type { RunSink } from './run-webhooks.ts'
import type { RunWorld } from './run-world.ts'

/**
 * Takes the Ignition configuration of a node away when nothing of the run reads it any more: a token may be in it. One that has
 * failed keeps it for whoever tries again. `before` = the run as it was before this process, which may have been killed between
 * a record and this.
 */
export function runConfigs(
  { context, run }: Pick<RunWorld, 'context' | 'run'>,
  before: Pick<RunState, 'nodes'>,
): Pick<RunSink, 'onEvent'> {
  function ended(node: string, outcome: NodeOutcome): void {
    if (outcome === 'failed') return
    const path = configPath(context, run.id, node)
    try {
      rmSync(path, { force: true })
    } catch (error) {
      const { code: reason } = error as NodeJS.ErrnoException
      context.log.warn('an Ignition configuration could not be removed, and a token may be in it', {
        path,
        reason,
      })
    }
  }

  for (const [name, { outcome }] of before.nodes) if (outcome !== undefined) ended(name, outcome)
  return {
    onEvent({ node, body }): void {
      if (node !== null && body.type === 'node-ended') ended(node, body.outcome)
    },
  }
}
