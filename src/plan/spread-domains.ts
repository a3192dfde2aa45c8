import type { TopologySpread } from '../model/cluster-parts.ts'
import { fulfils, type NodeRequirements } from '../model/node-requirements.ts'
import { domainOf } from './pod-terms.ts'
import type { PlanNode } from './world.ts'

/**
 * Domains whose pods a spread constraint compares, sorted; nodes that are cordoned or away count unless it says otherwise.
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export function spreadDomains(
  spread: TopologySpread,
  requirements: NodeRequirements,
  nodes: readonly PlanNode[],
): string[] {
  const { topologyKey, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = spread
  const isStrict = nodeTaintsPolicy === 'Honor'
  const asked = {
    ...(nodeAffinityPolicy === 'Honor' ? requirements : { nodeSelector: {}, terms: undefined }),
    tolerations: requirements.tolerations,
  }
  const counted = nodes.filter(
    ({ traits, isCordoned }) =>
      !(isStrict && isCordoned) &&
      fulfils({ labels: traits.labels, taints: isStrict ? traits.taints : [] }, asked),
  )
  return [...new Set(counted.flatMap((node) => domainOf(node, topologyKey) ?? []))].sort()
}
