import type { FactValue } from './facts.ts'

type Interface = FactValue<'nics'>['interfaces'][number]

/** The physical interfaces below the default routes: through VLANs, bonds, teams and bridges. */
export function uplinkInterfaces(nics: FactValue<'nics'>, routes: FactValue<'routes'>): readonly Interface[] {
  const byName = new Map(nics.interfaces.map((nic) => [nic.name, nic]))
  const waiting = routes.routes
    .filter(
      ({ destination }) => destination === 'default' || destination === '0.0.0.0/0' || destination === '::/0',
    )
    .flatMap((route) => (route.interface === null ? [] : [route.interface]))
  const seen = new Set<string>()
  const found: Interface[] = []
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const nic = byName.get(name)
    if (nic === undefined) continue
    const below = [
      ...(nic.vlan === null ? [] : [nic.vlan.parent]),
      ...(nic.bond?.ports ?? []),
      ...(nic.bridgePorts ?? []),
      ...nics.interfaces.filter((other) => other.master === name).map((other) => other.name),
    ]
    if (nic.kind === 'physical') found.push(nic)
    waiting.push(...below)
  }
  return found
}
