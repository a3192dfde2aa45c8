import { z } from 'zod'
import { Kubelet } from '../model/facts-container.ts'
import { Addresses } from '../model/facts-hardware.ts'
import { HostIdentity as IdentityFact, MachineId } from '../model/facts-identity.ts'
import type { HostIdentity } from '../model/match-hosts.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** The few facts that tell who a host is; a fleet's other facts are a megabyte each and are not checked here. */
const IdentityFacts = z.object({
  schema: z.literal('facts/v1'),
  host: z.object({ name: z.string(), address: z.string() }),
  facts: z.object({
    machineId: z.object({ value: MachineId.optional() }).optional(),
    identity: z.object({ value: IdentityFact.optional() }).optional(),
    addresses: z.object({ value: Addresses.optional() }).optional(),
    kubelet: z.object({ value: Kubelet.pick({ nodeName: true }).optional() }).optional(),
  }),
})

/** Who a host is by its saved facts: machine id, own names, addresses that others can reach it at. */
export async function readHostIdentity(path: string): Promise<HostIdentity> {
  const document = parseJsonDocument(await readBounded(path), { path, schema: IdentityFacts, name: 'facts' })
  const { machineId, identity, addresses, kubelet } = document.facts
  const { hostname, staticHostname, fqdn } = identity?.value ?? {}
  const own = [kubelet?.value?.nodeName, hostname, staticHostname, fqdn].filter((name) => Boolean(name))
  const global = (addresses?.value?.addresses ?? []).filter(({ scope }) => scope === 'global')
  return {
    name: document.host.name,
    machineId: machineId?.value?.id ?? null,
    addresses: [document.host.address, ...global.map(({ address }) => address)],
    names: [document.host.name, document.host.address, ...(own as string[])],
  }
}
