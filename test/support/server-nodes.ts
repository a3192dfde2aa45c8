import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { nodes } from '../../src/cluster/nodes.ts'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import type { DrainWorld } from './drain-world.ts'
import { factsWith, type FactOverrides } from './facts-fixture.ts'

/** Nodes of a server as a snapshot has them, from the items of its list. */
export function nodeRecords(items: readonly unknown[]): ClusterNode[] {
  return items.flatMap((item) => {
    const reading = nodes.read(item, 'v1')
    if ('problem' in reading) throw new Error(reading.problem)
    return reading.values
  })
}

/** Writes the facts of a host for each of the nodes: of its name, and of its machine. */
export function writeNodeFacts(
  cwd: string,
  nodes: readonly ClusterNode[],
  overrides: (name: string) => FactOverrides = () => ({}),
): void {
  const directory = path.join(cwd, '.osferry', 'facts')
  mkdirSync(directory, { recursive: true })
  for (const { name, info } of nodes) {
    const machineId = info.machineId === null ? {} : { machineId: { id: info.machineId } }
    const facts = factsWith({ images: { localOnly: [] }, ...machineId, ...overrides(name) })
    const made = { ...facts, host: { ...facts.host, name } }
    writeFileSync(path.join(directory, `${name}.json`), JSON.stringify(made))
  }
}

/** The nodes of these names, in their order. */
export async function nodesNamed(world: DrainWorld, names: readonly string[]): Promise<ClusterNode[]> {
  const items: unknown[] = []
  for (const name of names) items.push(await world.node(name))
  return nodeRecords(items)
}
