import {
  stepsNow,
  type NodeState as KnownNode,
  type StepState as KnownStep,
} from '../../src/migrate/node-state.ts'
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
  /** Indexes of steps whose undo is under way. */
  undoing: number[]
  /** Indexes of the steps that are done, of a node on its way forward: what is left of them on a way back, each says for its own use. */
  done: number[]
}

/** As it is shown to people. */
export function whatIsTold(run: ToldRun, known: KnownRun): Story {
  const nodes = [...run.nodes].filter(([, { status }]) => status !== 'planned')
  return {
    isOver: run.status === 'ended',
    outcome: run.status === 'ended' ? run.outcome : null,
    isAborting: run.isAborting,
    nodes: Object.fromEntries(
      nodes.map(([name, node]) => [name, toldNode(node, known.nodes.get(name)?.status === 'forward')]),
    ),
  }
}

function toldNode(node: ToldNode, isForward: boolean): NodeStory {
  const inState = (wanted: string): number[] =>
    node.steps.flatMap(({ status, index }) => (status === wanted ? [index] : [])).sort((a, b) => a - b)
  return {
    status: node.status,
    isPast: node.isPastNoReturn,
    isRollingBack: node.isRollingBack,
    undoing: inState('undoing'),
    done: isForward ? inState('done') : [],
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
  const indexes = (wanted: (step: KnownStep) => boolean): number[] =>
    [...stepsNow(node)].flatMap(([index, step]) => (wanted(step) ? [index] : [])).sort((a, b) => a - b)
  return {
    status: node.status === 'ended' ? (node.outcome ?? '') : 'running',
    isPast: node.isPastPointOfNoReturn,
    isRollingBack: node.back !== undefined,
    undoing: indexes(({ undo }) => undo === 'started'),
    done: node.status === 'forward' ? indexes(({ status }) => status === 'done') : [],
  }
}
