/** An annotation by which the owner of a pod asks that it is left alone. */
export interface DoNotEvict {
  key: string
  asks: (value: string) => boolean
  /** A drain refuses such a pod; the others are told of only. */
  isBinding: boolean
  source: string
}

const unlessFalse = (value: string): boolean => value !== 'false'

/** Karpenter takes durations too, so anything but `false` counts. */
export const doNotEvictAnnotations: readonly DoNotEvict[] = [
  {
    key: 'cluster-autoscaler.kubernetes.io/safe-to-evict',
    asks: (value) => value === 'false',
    isBinding: true,
    source: 'https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md',
  },
  {
    key: 'karpenter.sh/do-not-disrupt',
    asks: unlessFalse,
    isBinding: true,
    source: 'https://karpenter.sh/docs/concepts/disruption/',
  },
  {
    key: 'karpenter.sh/do-not-evict',
    asks: unlessFalse,
    isBinding: true,
    source: 'https://karpenter.sh/v0.31/concepts/deprovisioning/',
  },
  {
    key: 'descheduler.alpha.kubernetes.io/prefer-no-eviction',
    asks: unlessFalse,
    isBinding: false,
    source: 'https://github.com/kubernetes-sigs/descheduler',
  },
]

/** What among the annotations of a pod asks not to evict it, as `key=value`. */
export function asksToStay(
  annotations: Readonly<Record<string, string>>,
  rows: readonly DoNotEvict[] = doNotEvictAnnotations,
): string[] {
  return rows.flatMap(({ key, asks }) => {
    const value = annotations[key]
    return value !== undefined && asks(value) ? [`${key}=${value}`] : []
  })
}
