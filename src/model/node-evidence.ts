import type { CheckEvidence } from './check.ts'
import { excerptOf, nameSome } from './excerpt.ts'
import type { FactValue } from './facts.ts'
import { nodePodName, type NodePod } from './node-view.ts'
import { filesystemHolding, withoutTrailingSlash } from './space-of-path.ts'

/** Lines of the snapshot that decided. */
export function clusterEvidence(lines: readonly string[]): readonly CheckEvidence[] {
  return [{ fact: 'cluster', excerpt: excerptOf(lines) }]
}

/** Pods within a sentence: `shop/web-1, shop/web-2 (+3)`. */
export function podNames(pods: readonly NodePod[]): string {
  return nameSome(pods.map(nodePodName))
}

/** Workloads within a sentence, each once: `shop Deployment/web`. */
export function workloadNames(pods: readonly NodePod[]): string {
  const names = pods.map(({ namespace, name, owner }) =>
    owner === null ? `${namespace}/${name}` : `${namespace} ${owner.kind}/${owner.name}`,
  )
  return nameSome([...new Set(names)])
}

/** How much is used on the file system of a path, as far as `df` tells: `12 GiB used on /data`; empty when nobody knows. */
export function usedNear(space: FactValue<'space'> | undefined, path: string): string {
  const found = space === undefined ? undefined : filesystemHolding(space, withoutTrailingSlash(path))
  if (found === undefined) return ''
  return `${gibibytes((found.sizeKiB - found.availableKiB) * 1024)} used on ${found.target}`
}

/** `12 GiB`, with one digit behind the point below ten. */
export function gibibytes(bytes: number): string {
  const amount = bytes / 2 ** 30
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} GiB`
}
