import { classifyNodes, type FreeNode } from '../model/node-classes.ts'
import { createNodeLookup } from '../model/node-lookup.ts'
import { fulfils, matchesTerms, type NodeRequirements } from '../model/node-requirements.ts'
import type { VolumePlaces } from './volume-places.ts'
import type { PlanNode } from './world.ts'

/** Nodes that take pods now and on which pods with these requirements and volumes may run, in name order. */
export type FindCandidates = (requirements: NodeRequirements, volumes: VolumePlaces) => readonly PlanNode[]

/** Finds candidates by classes of nodes, and by the values that volumes name: never each pod by each node. */
export function candidateFinder(
  nodes: readonly PlanNode[],
  requirements: readonly NodeRequirements[],
): FindCandidates {
  const free = nodes.map((node): FreeNode => {
    return { ...node.traits, name: node.name, isUsable: node.isReady && !node.isCordoned, free: {} }
  })
  const classes = classifyNodes(free, requirements)
  const lookup = createNodeLookup(free)
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const found = new Map<string, readonly PlanNode[]>()
  const inClasses = (wanted: NodeRequirements): readonly FreeNode[] =>
    classes.nodesOf(classes.candidates(wanted))
  return (wanted, { terms }) => {
    const id = `${classes.candidates(wanted).key} ${JSON.stringify(terms)}`
    const known = found.get(id)
    if (known !== undefined) return known
    const narrow = terms.map(lookup).sort((a, b) => a.length - b.length)[0]
    const list =
      narrow === undefined
        ? [...inClasses(wanted)]
        : [...new Set(narrow)].filter(
            (node) => node.isUsable && fulfils(node, wanted) && terms.every((of) => matchesTerms(node, of)),
          )
    const made = list.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ name }) => byName.get(name) ?? [])
    found.set(id, made)
    return made
  }
}
