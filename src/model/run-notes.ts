import { isLeftCordoned, notesIn, openNotes, type NodeNote } from './node-note.ts'
import type { NodeState } from './run-state-node.ts'
import type { RunState } from './run-state.ts'

/** What is to be known of a node of a run although its steps are done, as far as it still holds. */
export function nodeNotes(node: NodeState, nodes: RunState['nodes']): NodeNote[] {
  return openNotes(notesOf(node), (name) => {
    const other = nodes.get(name)
    return other?.status !== 'done' || isLeftCordoned(notesOf(other))
  })
}

function notesOf({ steps }: NodeState): NodeNote[] {
  return steps.filter(({ status }) => status === 'done').flatMap(({ result }) => notesIn(result))
}
