/** Packages that make a host a Kubernetes node; losing or changing their version breaks the node. */
export const nodePackages = [
  'kubelet',
  'kubeadm',
  'kubectl',
  'kubernetes-cni',
  'cri-tools',
  'cri-o',
  'containerd',
  'containerd.io',
  'docker-ce',
  'docker-ce-cli',
  'runc',
] as const

/** True when the package name is one of `nodePackages`. */
export function isNodePackage(name: string): boolean {
  return (nodePackages as readonly string[]).includes(name)
}

/**
 * True when an entry of `exclude=` or of the versionlock list names the package: `kubelet`, `kube*`,
 * `kubelet-0:1.20.2-0.*`, `kubelet-1.20.2*`.
 */
export function entryNames(entry: string, name: string): boolean {
  const pattern = entry.trim().replace(/^!/, '')
  if (globMatches(pattern, name)) return true
  const versioned = /^(.+?)-(?:\d+:)?\d/.exec(pattern)?.[1]
  return versioned !== undefined && globMatches(versioned, name)
}

function globMatches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
