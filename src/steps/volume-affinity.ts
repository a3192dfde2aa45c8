import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import { NodeSelectorTerm } from '../model/cluster-parts.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { termsSelect, type SelectableNode } from '../model/node-selector.ts'

const PersistentVolume = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    nodeAffinity: z
      .object({ required: z.object({ nodeSelectorTerms: z.array(NodeSelectorTerm) }).nullish() })
      .nullish(),
  }),
})

/** Names of volumes that the node could use as it was, and cannot as it is: their pods would wait for ever. */
export async function lostVolumes(
  cluster: Cluster,
  { was, is }: { was: SelectableNode; is: SelectableNode },
  signal: AbortSignal,
): Promise<string[]> {
  const volumes = await cluster.list({ group: '', version: 'v1', resource: 'persistentvolumes' }, signal)
  return volumes
    .flatMap((object) => {
      const { metadata, spec } = parseApiObject(PersistentVolume, object, 'PersistentVolume')
      const terms = spec.nodeAffinity?.required?.nodeSelectorTerms
      return terms !== undefined && termsSelect(terms, was) && !termsSelect(terms, is) ? [metadata.name] : []
    })
    .sort()
}
