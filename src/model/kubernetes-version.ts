/** `v1.20.2`, `1.20.2` or `Kubernetes v1.20.2` as numbers; null when it is no Kubernetes version. */
export function kubernetesVersion(text: string | null): { major: number; minor: number } | null {
  const found = /(?:^|\s|v)(\d+)\.(\d+)(?:\.|$|\s|-|\+)/.exec(text ?? '')
  if (found === null) return null
  return { major: Number(found[1]), minor: Number(found[2]) }
}
