/** The two ends of what osferry supports; every test of the cluster runs against both. */
export const releases = {
  /** What Debian 12 has the source of; CentOS 8 clusters of that age are the reason for osferry. */
  oldest: '1.20.2',
  /** The newest stable one when this was written; newest/go.mod names the same version. */
  newest: '1.36.3',
} as const

export type Release = keyof typeof releases

/** What tests of osferry's behaviour run against: both real ones, and the lab's cluster that is held to do the same. */
export type TestedRelease = Release | 'lab'

export const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

export type Component = (typeof components)[number]
