import type { Resources } from './cluster-parts.ts'
import { labelOf } from './label-selector.ts'
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
  /** Labels that pods ask for, as all nodes of the class have them. */
  common: readonly (readonly [string, string])[]
  nodes: FreeNode[]
  free: Resources
}

/** Where pods with some requirements may run, beside one node. */
export interface Candidates {
  /** The same for requirements that the same nodes fulfil. */
  key: string
  classes: ReadonlySet<number>
}

/** Answers where pods may go, for all pods of a cluster. */
export interface NodeClasses {
  candidates(requirements: NodeRequirements): Candidates
  /** The nodes of the classes, class by class. */
  nodesOf(candidates: Candidates): readonly FreeNode[]
  /** How many nodes of the classes take pods now, without the one that is named, and what is left on them. */
  room(candidates: Candidates, without: string): { nodes: number; free: Resources }
  /** True when a single one of these nodes has all of it left. */
  hasNodeWith(candidates: Candidates, without: string, needs: Resources): boolean
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
  const byLabel = indexByLabel(classes)
  const found = new Map<NodeRequirements, Candidates>()
  const totals = new Map<string, { nodes: number; free: Resources }>()
  const totalOf = ({ key, classes: indexes }: Candidates): { nodes: number; free: Resources } => {
    const known = totals.get(key)
    if (known !== undefined) return known
    const total = { nodes: 0, free: {} }
    for (const index of indexes) {
      const { nodes, free } = classes[index] ?? { nodes: [], free: {} }
      total.nodes += nodes.length
      addTo(total.free, free)
    }
    totals.set(key, total)
    return total
  }
  return {
    candidates(wanted) {
      const known = found.get(wanted)
      if (known !== undefined) return known
      const [label] = Object.entries(wanted.nodeSelector)
      const likely = label === undefined ? classes.keys() : (byLabel.get(JSON.stringify(label)) ?? [])
      const fitting = [...likely].filter((index) => {
        const traits = classes[index]?.traits
        return traits !== undefined && fulfils(traits, wanted)
      })
      const made = { key: fitting.join(','), classes: new Set(fitting) }
      found.set(wanted, made)
      return made
    },
    nodesOf: ({ classes: indexes }) => [...indexes].flatMap((index) => classes[index]?.nodes ?? []),
    room(candidates, without) {
      const { nodes, free } = totalOf(candidates)
      const self = byName.get(without)
      if (self === undefined || !candidates.classes.has(self.index)) return { nodes, free: { ...free } }
      const others = { ...free }
      for (const [name, amount] of Object.entries(self.node.free)) take(others, name, amount)
      return { nodes: nodes - 1, free: others }
    },
    hasNodeWith(candidates, without, needs) {
      for (const index of candidates.classes) {
        const nodes = classes[index]?.nodes ?? []
        if (nodes.some(({ name, free }) => name !== without && holdsAll(free, needs))) return true
      }
      return false
    },
  }
}

/** Classes by each label that their nodes have in common. */
function indexByLabel(classes: readonly NodeClass[]): ReadonlyMap<string, number[]> {
  const byLabel = new Map<string, number[]>()
  for (const [index, { common }] of classes.entries()) {
    for (const label of common) {
      const key = JSON.stringify(label)
      const list = byLabel.get(key) ?? []
      byLabel.set(key, list)
      list.push(index)
    }
  }
  return byLabel
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
    const common = keys.flatMap((key): [string, string][] => {
      const value = labelOf(node.labels, key)
      return value === undefined ? [] : [[key, value]]
    })
    const taints = node.taints.map(({ key, value, effect }) => [key, value ?? '', effect])
    const id = JSON.stringify([common, taints])
    const known = classes.get(id) ?? { traits: node, common, nodes: [], free: {} }
    classes.set(id, known)
    known.nodes.push(node)
    addTo(known.free, node.free)
  }
  return [...classes.values()]
}
