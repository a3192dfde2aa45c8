import { MigrationError } from '../model/errors.ts'
import type { LeasePorts } from '../steps/lease-object.ts'
import { readNodeLease } from '../steps/node-leases.ts'
import { nodeLeaseName } from './node-lease-name.ts'
import { isAtWork } from './program-marks.ts'

/**
 * For a command that takes no Lease of a node: throws CLUSTER_LOCKED while another osferry holds that of one of them, and
 * PROGRAM_AT_WORK while a program that one has left there may be at work.
 */
export async function refuseNodesAtWork(
  ports: Pick<LeasePorts, 'cluster' | 'clock'>,
  { nodes, holder }: { nodes: readonly string[]; holder: string },
  signal: AbortSignal,
): Promise<void> {
  const me = { name: holder, gone: new Set<string>() }
  const notes = { atWork: async () => await Promise.resolve(undefined) }
  const look = async (node: string): Promise<void> => {
    const name = nodeLeaseName(node)
    const { held, mark } = await readNodeLease(ports, name, signal)
    if (held !== undefined)
      throw new MigrationError('CLUSTER_LOCKED', `another osferry is at work on ${node}: ${held.holder}`, {
        hint: `wait until it ends; if it is no more, its lease kube-system/${name} ends by itself at ${held.until}`,
        details: { holder: held.holder },
      })
    if (mark !== undefined) await isAtWork(mark, { node, holder: me, notes })
  }
  await Promise.all(nodes.map(look))
}
