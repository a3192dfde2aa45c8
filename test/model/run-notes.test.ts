import { describe, expect, it } from 'vitest'
import type { NodeNote } from '../../src/model/node-note.ts'
import { nodeNotes } from '../../src/model/run-notes.ts'
import { runState } from '../../src/model/run-state.ts'
import { sampleEvents } from '../support/sample-run.ts'

const waits: NodeNote = {
  kind: 'waits-for-nodes',
  nodes: ['node-2'],
  objects: ['Deployment shop/web'],
  count: 3,
}

function notes(...[change]: Parameters<typeof sampleEvents>): NodeNote[] {
  const { nodes } = runState('20261120-220000-7k4q9z', sampleEvents(change))
  return nodeNotes(nodes.get('node-1')!, nodes)
}

describe('the notes of a node', () => {
  it('are those that its finished steps have left', () => {
    expect(notes()).toEqual([waits])
  })

  it('tell of no wait for nodes that are done and take pods again', () => {
    const { nodes } = runState('20261120-220000-7k4q9z', sampleEvents())
    const [one, two] = [nodes.get('node-1')!, nodes.get('node-2')!]
    two.status = 'done'
    expect(nodeNotes(one, nodes)).toEqual([])
    const left: NodeNote = { kind: 'left-cordoned', why: 'of-others' }
    two.steps = [{ ...one.steps[0]!, result: { notes: [left] } }]
    expect(nodeNotes(one, nodes)).toEqual([waits])
    expect(nodeNotes(two, nodes)).toEqual([left])
  })

  it('are none where a step has left something else', () => {
    expect(
      notes((body) => (body.type === 'step-done' ? { ...body, result: { notes: ['x'] } } : body)),
    ).toEqual([])
  })
})
