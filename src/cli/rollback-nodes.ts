import { openJournalReader } from '../journal/read-journal.ts'
import { MigrationError } from '../model/errors.ts'
import type { JournalRun } from '../model/journal-record.ts'
import { matchRunIds } from '../model/run-id.ts'
import { runState, type RunState } from '../model/run-state.ts'
import type { NodeState } from '../model/run-state-node.ts'
import type { CommandContext } from './context.ts'
import { fewNames } from '../model/few-names.ts'
import { journalPath } from './state-paths.ts'

/** A run, and the nodes of it that are brought back. */
export interface RollbackNodes {
  run: JournalRun
  nodes: readonly string[]
}

interface Known {
  run: JournalRun
  state: RunState
}

/**
 * What is meant by words of the command line: names of nodes, each of the last run that has begun with it, or one run, which is
 * everything of it that has not ended well. Throws RUN_NOT_FOUND for a word that is neither, USAGE for nodes of several runs.
 */
export function rollbackNodes(context: CommandContext, words: readonly string[]): RollbackNodes {
  const known = knownRuns(context)
  const byNode = words.map((word) => known.findLast(({ state }) => hasBegun(state.nodes.get(word))))
  const [first] = byNode
  if (first !== undefined && byNode.every((one) => one === first))
    return { run: first.run, nodes: [...new Set(words)] }
  const [word = ''] = words
  const ids = matchRunIds(
    word,
    known.map(({ run }) => run.id),
  )
  const found = known.find(({ run }) => run.id === ids[0])
  if (words.length === 1 && ids.length === 1 && found !== undefined) return ofRun(found, known)
  if (byNode.every((one) => one !== undefined))
    throw new MigrationError('USAGE', `${fewNames(words)} are nodes of several runs`, {
      hint: 'bring them back one after the other',
    })
  const unknown = words.filter((_, index) => byNode[index] === undefined)
  throw new MigrationError('RUN_NOT_FOUND', `nothing was begun with ${fewNames(unknown)}`, {
    hint: 'write names of nodes, or one run: osferry runs list shows them',
  })
}

function ofRun(of: Known, known: readonly Known[]): RollbackNodes {
  const { run, state } = of
  const nodes = [...state.nodes.values()].filter(({ status }) => status === 'running' || status === 'failed')
  const names = nodes.map(({ name }) => name)
  const later = names.flatMap((name) => {
    const last = known.findLast(({ state }) => hasBegun(state.nodes.get(name)))
    return last === undefined || last === of ? [] : [`${name} (${last.run.id})`]
  })
  if (later.length > 0)
    throw new MigrationError('USAGE', `a later run has been at work on ${fewNames(later)}`, {
      hint: 'what this run knows of them is no longer so: write names of the other nodes',
    })
  if (names.length > 0) return { run, nodes: names }
  throw new MigrationError('USAGE', `${run.id} has no node that has failed or was left on its way`, {
    hint: `nodes that are done are not rolled back: osferry runs show ${run.id}`,
  })
}

function hasBegun(node: NodeState | undefined): boolean {
  return node !== undefined && node.status !== 'planned' && node.status !== 'skipped'
}

function knownRuns(context: CommandContext): Known[] {
  const reader = openJournalReader(journalPath(context))
  if (reader === undefined) return []
  try {
    return reader.runs().map((run) => ({ run, state: runState(run.id, reader.milestones(run.id)) }))
  } finally {
    reader.close()
  }
}
