import type { Resources } from '../model/cluster-parts.ts'
import { fulfils, keysOf, type NodeRequirements, type NodeTraits } from './node-requirements.ts'

/** A node with what is left on it. */
export interface FreeNode extends NodeTraits {
  name: string
  /** Ready and not cordoned: it takes pods now. */
  isUsable: boolean
  /** What is left for more pods, `pods` among it; never below zero. */
  free: Resources
}

/** Nodes that no pod of the cluster tells apart. */
interface NodeClass {
  traits: NodeTraits
  nodes: FreeNode[]
  free: Resources
}

/** Where pods with some requirements may run, beside one node. */
export interface Candidates {
  /** The same for requirements that the same nodes fulfil. */
  key: string
  classes: readonly number[]
}

/** Answers where pods may go, for all pods of a cluster. */
export interface NodeClasses {
  candidates(requirements: NodeRequirements): Candidates
  /** How many nodes of the classes take pods now, without the one that is named, and what is left on them. */
  room(classes: readonly number[], without: string): { nodes: number; free: Resources }
  /** True when a single one of these nodes has all of it left. */
  hasNodeWith(classes: readonly number[], without: string, needs: Resources): boolean
}

/**
 * Puts nodes into classes by the labels that any pod asks for and by their taints: a cluster of thousands of nodes has a
 * few, and each kind of requirements is compared with classes, not with nodes.
 */
export function classifyNodes(
  nodes: readonly FreeNode[],
  requirements: Iterable<NodeRequirements>,
): NodeClasses {
  const keys = new Set([...requirements].flatMap(keysOf))
  const classes = classesOf(nodes, [...keys].sort())
  const byName = new Map(
    classes.flatMap(({ nodes }, index) => nodes.map((node) => [node.name, { node, index }] as const)),
  )
  const found = new Map<NodeRequirements, Candidates>()
  return {
    candidates(wanted) {
      const known = found.get(wanted)
      if (known !== undefined) return known
      const fitting = classes.flatMap(({ traits }, index) => (fulfils(traits, wanted) ? [index] : []))
      const made = { key: fitting.join(','), classes: fitting }
      found.set(wanted, made)
      return made
    },
    room(indexes, without) {
      const self = byName.get(without)
      const free: Resources = {}
      let count = 0
      for (const index of indexes) {
        const { nodes, free: left } = classes[index] ?? { nodes: [], free: {} }
        addTo(free, left)
        count += nodes.length
        if (self?.index !== index) continue
        count -= 1
        for (const [name, amount] of Object.entries(self.node.free)) take(free, name, amount)
      }
      return { nodes: count, free }
    },
    hasNodeWith: (indexes, without, needs) =>
      indexes.some((index) =>
        classes[index]?.nodes.some(({ name, free }) => name !== without && holdsAll(free, needs)),
      ),
  }
}

/** True when there is as much as is needed of everything; what is not there at all is not needed when that is zero. */
function holdsAll(free: Resources, needs: Resources): boolean {
  return Object.entries(needs).every(([name, amount]) => amount <= (free[name] ?? 0))
}

/** Adds amounts to a total. */
export function addTo(total: Resources, more: Resources): void {
  for (const [name, amount] of Object.entries(more)) total[name] = (total[name] ?? 0) + amount
}

function take(total: Resources, name: string, amount: number): void {
  total[name] = Math.max(0, (total[name] ?? 0) - amount)
}

function classesOf(nodes: readonly FreeNode[], keys: readonly string[]): NodeClass[] {
  const classes = new Map<string, NodeClass>()
  for (const node of nodes) {
    if (!node.isUsable) continue
    const values = keys.map((key) => (Object.hasOwn(node.labels, key) ? node.labels[key] : null))
    const taints = node.taints.map(({ key, value, effect }) => [key, value ?? '', effect])
    const id = JSON.stringify([values, taints])
    const known = classes.get(id) ?? { traits: node, nodes: [], free: {} }
    classes.set(id, known)
    known.nodes.push(node)
    addTo(known.free, node.free)
  }
  return [...classes.values()]
}
