import { isMigrationError } from '../model/errors.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import type { AfterReplacement, HostPort, MachinePort } from '../steps/data-ports.ts'
import {
  machineOfHost,
  machineOfNode,
  requireFacts,
  requireNode,
  requireOwnName,
  type Machine,
} from '../steps/prove-machine.ts'
import { openConnections, type Connection } from './connect-host.ts'
import { machineOfFacts } from './machine-of-facts.ts'
import type { RunWorld } from './run-world.ts'

/** A connection, and the token of the step that has last replaced the system behind it. */
interface KeptConnection extends Connection {
  replacedBy: string | undefined
}

/** What has to be true of the machine that answers. */
interface Requirement {
  /** Throws for another machine. */
  require: (told: Machine) => void
  /** Who says which machine it has to be. */
  by: string
  isNode: boolean
}

/**
 * Connections to the hosts of a run. Each is kept until the run is over or its system is replaced, and whenever it is asked for
 * the machine is asked anew who it is, and compared with the node object as it is then; a host that is no node with its facts.
 */
export function openRunHosts(world: RunWorld): HostPort & MachinePort {
  const connections = openConnections(world)
  const kept = new Map<string, KeptConnection>()

  async function forget(name: string): Promise<void> {
    const connection = kept.get(name)
    kept.delete(name)
    await connection?.host.close().catch(() => undefined)
  }

  world.onClose(async () => {
    for (const name of kept.keys()) await forget(name)
    await connections.close()
  })

  async function proven(
    node: PlannedNode,
    { signal, after }: { signal: AbortSignal; after: AfterReplacement | undefined },
  ): Promise<{ host: Host; told: Machine; by: string }> {
    const resolved = world.hosts.get(node.host)
    if (resolved === undefined)
      throw new StepError('config', `the inventory has no host ${node.host}`, {
        code: 'HOST_NOT_IN_INVENTORY',
      })
    const replacedBy = after?.replacedBy
    const { require, by, isNode } = await requirement(world, node, { replacedBy, signal })
    // Of a host that is no node its hardware may have to be told, which only root can.
    const ask = async (host: Host): Promise<Machine> => await machineOfHost(host, { become: !isNode, signal })
    try {
      // The old system may still be heard of while the new one has joined.
      if (kept.get(node.host)?.replacedBy !== replacedBy) await forget(node.host)
      let connection = kept.get(node.host)
      let told = connection === undefined ? undefined : await unlessGone(ask(connection.host), signal)
      if (connection === undefined || told === undefined) {
        await forget(node.host)
        const newKeyOf = isNode ? replacedBy : undefined
        connection = { ...(await connections.connect(resolved, { require, newKeyOf, signal })), replacedBy }
        kept.set(node.host, connection)
        told = await ask(connection.host)
      }
      require(told)
      if (connection.newKey !== undefined) after?.onNewKey(connection.newKey)
      return { host: connection.host, told, by }
    } catch (error) {
      await forget(node.host)
      throw error
    }
  }

  return {
    async hostOf(node, stepSignal, after) {
      const signal = AbortSignal.any([stepSignal, world.signal])
      return (await proven(node, { signal, after })).host
    },
    async machineOf(node, stepSignal, after) {
      const signal = AbortSignal.any([stepSignal, world.signal])
      const { told, by } = await proven(node, { signal, after })
      await forget(node.host)
      return { machineId: told.machineId ?? null, by }
    },
  }
}

async function requirement(
  { cluster, context, plan }: RunWorld,
  node: PlannedNode,
  { replacedBy, signal }: { replacedBy: string | undefined; signal: AbortSignal },
): Promise<Requirement> {
  const { name, host, uid } = node
  const names = {
    own: [name, host],
    others: plan.nodes.filter((other) => other.name !== name).map((other) => other.name),
  }
  const isNode = cluster !== undefined && uid !== null
  const isProvisioned = replacedBy !== undefined
  const expected = isNode ? await machineOfNode(cluster, name, signal) : await machineOfFacts(context, host)
  return {
    by: expected.by,
    isNode,
    require(told) {
      if (isNode) requireNode(host, told, expected)
      else requireFacts(host, told, { expected, isProvisioned })
      // What a new system calls itself is told by whoever has made it.
      if (!isProvisioned) requireOwnName(host, told, names)
    },
  }
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
