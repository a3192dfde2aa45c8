import { compareClusters, type ComparedCluster, type Difference } from './compare-cluster.ts'
import { daemonsOfNode } from './daemons-of-node.ts'
import { judgeDifferences, type JudgedDifferences, type NodeComparison } from './people-changes.ts'
import { openSinceFirst, shareOfNode, type WaitingDifference } from './share-of-node.ts'

export interface NodeJudgement extends JudgedDifferences {
  /** What is not whole before other nodes of the run are back: they answer for it. */
  waiting: readonly WaitingDifference[]
}

export interface NodeQuestion {
  asked: NodeComparison
  /** The cluster when this node began, and now. */
  was: ComparedCluster
  is: ComparedCluster
  /** When the run began, unless this node began with it. */
  first: ComparedCluster | undefined
  /** DaemonSets without a ready pod on the node: `namespace/name`. */
  daemonless: readonly string[]
  /** Nodes of the run, and those of them that take no pods now. */
  nodes: readonly string[]
  away: ReadonlySet<string>
}

/** Compares the cluster with how it was, and tells what of the difference one node of the run answers for. */
export function judgeNode(question: NodeQuestion): NodeJudgement {
  const { asked, was, is, first, daemonless, nodes, away } = question
  const { node } = asked
  const compared = daemonsOfNode(was, compareClusters(was, is, [node]), daemonless)
  const { open, told, unknown } = judgeDifferences({ was, is }, compared, asked)
  const own = shareOfNode(open, { was, is }, { node, away })
  if (first === undefined) return { ...own, told, unknown }
  const since = judgeDifferences({ was: first, is }, numbersOf(first, is), asked).open
  const left = openSinceFirst(since, { first, is }, { node, away, was, nodes })
  const all = [...own.open, ...left.filter((one) => !own.open.some((other) => other.object === one.object))]
  const isOpen = (object: string): boolean => all.some((one) => one.object === object)
  const waiting = [...own.waiting, ...shareOfNode(since, { was: first, is }, { node, away }).waiting]
  const byObject = new Map(waiting.map((one) => [one.difference.object, one]))
  return {
    open: all,
    waiting: [...byObject.values()].filter(({ difference }) => !isOpen(difference.object)),
    told,
    unknown,
  }
}

/** Only the numbers: all else is compared with the snapshot of the node itself. */
function numbersOf(
  first: ComparedCluster,
  is: ComparedCluster,
): { differences: readonly Difference[]; unknown: readonly never[] } {
  const kinds = ['fewer-ready', 'fewer-endpoints', 'no-endpoints']
  const { differences } = compareClusters(first, is, [])
  return {
    differences: differences.filter(
      ({ kind, object }) => kinds.includes(kind) && !object.startsWith('DaemonSet '),
    ),
    unknown: [],
  }
}
