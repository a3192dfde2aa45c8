import { stepsNow, type NodeState as KnownNode } from '../../src/migrate/node-state.ts'
import type { RunState as KnownRun } from '../../src/migrate/run-state.ts'
import type { NodeState as ToldNode } from '../../src/model/run-state-node.ts'
import type { RunState as ToldRun } from '../../src/model/run-state.ts'

/** What both folds of the events of a run say of it, in one form. */
interface Story {
  isOver: boolean
  outcome: string | null
  isAborting: boolean
  /** Of nodes of which something is known. */
  nodes: Record<string, NodeStory>
}

interface NodeStory {
  status: string
  isPast: boolean
  isRollingBack: boolean
  /** Indexes of steps whose undo is under way, or has failed. */
  undoing: number[]
  undoFailed: number[]
  /** Indexes of the steps that are done and not undone. */
  done: number[]
}

/** As it is shown to people. */
export function whatIsTold(run: ToldRun): Story {
  const nodes = [...run.nodes].filter(([, { status }]) => status !== 'planned')
  return {
    isOver: run.status === 'ended',
    outcome: run.status === 'ended' ? run.outcome : null,
    isAborting: run.isAborting,
    nodes: Object.fromEntries(nodes.map(([name, node]) => [name, toldNode(node)])),
  }
}

function toldNode(node: ToldNode): NodeStory {
  const inState = (wanted: string): number[] =>
    node.steps.flatMap(({ status, index }) => (status === wanted ? [index] : [])).sort((a, b) => a - b)
  return {
    status: node.status,
    isPast: node.isPastNoReturn,
    isRollingBack: node.isRollingBack,
    undoing: inState('undoing'),
    undoFailed: inState('undo-failed'),
    done: isGivenBack(node.status) ? [] : inState('done'),
  }
}

/** As the engine goes by it. */
export function whatIsKnown(run: KnownRun): Story {
  const nodes = [...run.nodes].filter(([, { status }]) => status !== 'pending')
  return {
    isOver: run.status === 'ended',
    outcome: run.status === 'ended' ? (run.outcome ?? null) : null,
    isAborting: run.isAborting,
    nodes: Object.fromEntries(nodes.map(([name, node]) => [name, knownNode(node)])),
  }
}

function knownNode(node: KnownNode): NodeStory {
  const steps = [...stepsNow(node)]
  const undoIn = (wanted: string): number[] =>
    steps.flatMap(([index, { undo }]) => (undo === wanted ? [index] : [])).sort((a, b) => a - b)
  const done = steps.filter(([, { status, undo }]) => status === 'done' && undo === 'none')
  const status = node.status === 'ended' ? (node.outcome ?? '') : 'running'
  return {
    status,
    isPast: node.isPastPointOfNoReturn,
    isRollingBack: node.back !== undefined,
    undoing: undoIn('started'),
    undoFailed: undoIn('failed'),
    done: isGivenBack(status) ? [] : done.map(([index]) => index).sort((a, b) => a - b),
  }
}

/** Nothing of what was done counts any more. */
function isGivenBack(status: string): boolean {
  return status === 'returned' || status === 'rolled-back'
}
