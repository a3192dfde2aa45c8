import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import { NodeSelectorTerm } from '../model/cluster-parts.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { termsSelect, type SelectableNode } from '../model/node-selector.ts'

const directory = z.object({ path: z.string() }).nullish()
const Volume = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    local: directory,
    hostPath: directory,
    nodeAffinity: z
      .object({ required: z.object({ nodeSelectorTerms: z.array(NodeSelectorTerm).nullish() }).nullish() })
      .nullish(),
  }),
})

/** A PersistentVolume in a directory of one node. */
export interface NodeVolume {
  name: string
  path: string
}

/** The local volumes of a node by their affinity, whether a pod uses them or not: a claim may keep its data without one. */
export async function volumesOfNode(
  cluster: Cluster,
  node: SelectableNode,
  signal: AbortSignal,
): Promise<NodeVolume[]> {
  const objects = await cluster.list({ group: '', version: 'v1', resource: 'persistentvolumes' }, signal)
  return objects.flatMap((object) => {
    const { metadata, spec } = parseApiObject(Volume, object, 'PersistentVolume')
    const path = (spec.local ?? spec.hostPath)?.path
    const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? []
    return path !== undefined && termsSelect(terms, node) ? [{ name: metadata.name, path }] : []
  })
}
