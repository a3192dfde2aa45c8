import { isMigrationError } from '../model/errors.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import type { AfterReplacement, HostPort } from '../steps/data-ports.ts'
import {
  machineOfHost,
  machineOfNode,
  requireFacts,
  requireNode,
  type Machine,
} from '../steps/prove-machine.ts'
import { openConnections, type Connection } from './connect-host.ts'
import { machineOfFacts } from './machine-of-facts.ts'
import type { RunWorld } from './run-world.ts'

/**
 * Connections to the hosts of a run. Each is kept until the run is over, and whenever it is asked for the machine is asked anew
 * who it is, and compared with the node object as it is then; a host that is no node with its facts.
 */
export function openRunHosts(world: RunWorld): HostPort {
  const connections = openConnections(world)
  const kept = new Map<string, Connection>()

  async function forget(name: string): Promise<void> {
    const connection = kept.get(name)
    kept.delete(name)
    await connection?.host.close().catch(() => undefined)
  }

  world.onClose(async () => {
    for (const name of kept.keys()) await forget(name)
    await connections.close()
  })

  return {
    async hostOf(node, stepSignal, after) {
      const signal = AbortSignal.any([stepSignal, world.signal])
      const resolved = world.hosts.get(node.host)
      if (resolved === undefined)
        throw new StepError('config', `the inventory has no host ${node.host}`, {
          code: 'HOST_NOT_IN_INVENTORY',
        })
      const { require, isNode } = await requirement(world, node, { after, signal })
      // Of a host that is no node its hardware may have to be told, which only root can.
      const ask = async (host: Host): Promise<Machine> =>
        await machineOfHost(host, { become: !isNode, signal })
      try {
        const known = kept.get(node.host)
        const told = known === undefined ? undefined : await unlessGone(ask(known.host), signal)
        if (told !== undefined) require(told)
        else {
          await forget(node.host)
          const mayHaveNewKey = isNode && after?.isProvisioned === true
          const connection = await connections.connect(resolved, { require, mayHaveNewKey, signal })
          kept.set(node.host, connection)
          require(await ask(connection.host))
        }
      } catch (error) {
        await forget(node.host)
        throw error
      }
      const { host, newKey } = kept.get(node.host) ?? lost(node.host)
      if (newKey !== undefined) after?.onNewKey(newKey)
      return host
    },
  }
}

/** What has to be true of the machine that answers. */
async function requirement(
  { cluster, context }: RunWorld,
  node: PlannedNode,
  { after, signal }: { after: AfterReplacement | undefined; signal: AbortSignal },
): Promise<{ require: (told: Machine) => void; isNode: boolean }> {
  const { name, host, uid } = node
  if (cluster !== undefined && uid !== null) {
    const expected = await machineOfNode(cluster, name, signal)
    return { isNode: true, require: (told) => requireNode(host, told, expected) }
  }
  const expected = await machineOfFacts(context, host)
  const isProvisioned = after?.isProvisioned === true
  return { isNode: false, require: (told) => requireFacts(host, told, { expected, isProvisioned }) }
}

/** Undefined when the connection has ended since it was made: the host is connected anew. */
async function unlessGone(asked: Promise<Machine>, signal: AbortSignal): Promise<Machine | undefined> {
  try {
    return await asked
  } catch (error) {
    if (signal.aborted || !isMigrationError(error)) throw error
    return undefined
  }
}

function lost(host: string): never {
  throw new Error(`the connection of ${host} was forgotten while it was asked for`)
}
