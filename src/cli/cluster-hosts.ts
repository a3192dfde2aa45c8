import { existsSync } from 'node:fs'
import { listFacts } from '../inventory/facts-store.ts'
import { readHostIdentity } from '../inventory/host-identity.ts'
import { isMigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { HostIdentity } from '../model/match-hosts.ts'
import type { CommandContext } from './context.ts'
import { loadAllHosts } from './load-hosts.ts'
import { factsDirectory } from './state-paths.ts'

/**
 * Who the hosts are, from the inventory and the saved facts; the facts alone when there is no inventory. Null when there is
 * neither. Facts that cannot be read leave name and address of the inventory.
 */
export async function hostIdentities(context: CommandContext): Promise<HostIdentity[] | null> {
  const facts = await identitiesFromFacts(context)
  const hosts = await inventoryHosts(context)
  if (hosts === null) return facts.size === 0 ? null : [...facts.values()]
  return hosts.map(({ name, address }) => {
    const found = facts.get(name)
    return {
      name,
      machineId: found?.machineId ?? null,
      addresses: [...new Set([address, ...(found?.addresses ?? [])])],
      names: [...new Set([name, address, ...(found?.names ?? [])])],
    }
  })
}

/** The hosts of the inventory; null when there is none and none was named. */
export async function inventoryHosts(context: CommandContext): Promise<readonly ResolvedHost[] | null> {
  const { settings } = context
  const isNamed = settings.all.get('inventory')?.origin.from !== 'default'
  if (!isNamed && !existsSync(settings.required('inventory'))) return null
  return await loadAllHosts(context)
}

async function identitiesFromFacts(context: CommandContext): Promise<Map<string, HostIdentity>> {
  const directory = factsDirectory(context)
  const identities = new Map<string, HostIdentity>()
  if (!existsSync(directory)) return identities
  for (const { path, host, whole, broken } of await listFacts(directory, { keepBroken: true })) {
    context.signal.throwIfAborted()
    if (broken === true || !whole) {
      context.log.warn('facts that cannot be read do not help to find the node of their host', { host })
      continue
    }
    try {
      identities.set(host, await readHostIdentity(path))
    } catch (error) {
      if (!isMigrationError(error)) throw error
      context.log.warn(error.message, { host })
    }
  }
  return identities
}
