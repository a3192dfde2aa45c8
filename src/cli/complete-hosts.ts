import { hostsWithFacts } from '../inventory/facts-store.ts'
import { factSets } from '../model/collector.ts'
import type { FactSet } from '../model/collector.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { CommandContext } from './context.ts'
import { factsDirectory } from './state-paths.ts'

/**
 * Hosts that a collection of `set` may leave out: their facts are complete, of at least that set, and were read with no
 * fewer rights than the inventory gives now.
 */
export async function completeHosts(
  context: CommandContext,
  hosts: readonly ResolvedHost[],
  set: FactSet,
): Promise<ReadonlySet<string>> {
  const saved = await hostsWithFacts(factsDirectory(context))
  const complete = hosts.filter((host) => {
    const facts = saved.get(host.name)
    if (facts === undefined) return false
    const isEnough = factSets.indexOf(facts.set) >= factSets.indexOf(set)
    return isEnough && (facts.privilege !== 'user' || !becomesRoot(host))
  })
  return new Set(complete.map(({ name }) => name))
}

function becomesRoot({ ssh }: ResolvedHost): boolean {
  return ssh.user === 'root' || ssh.become === 'sudo'
}
