import type { FactName, FactValue } from './facts.ts'

/** False when a setting of the kubelet that is null may only not have been read: then its default must not be assumed. */
export function areKubeletSettingsKnown(
  kubelet: FactValue<'kubelet'>,
  degraded: ReadonlySet<FactName>,
): boolean {
  return kubelet.configRead !== false && !degraded.has('kubelet')
}
