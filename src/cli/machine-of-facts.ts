import { join } from 'node:path'
import { factsFileName, readFactsFile } from '../inventory/facts-store.ts'
import type { ExpectedMachine } from '../steps/prove-machine.ts'
import type { CommandContext } from './context.ts'
import { factsDirectory } from './state-paths.ts'

/** Which machine a host is by its saved facts. Throws when there are none. */
export async function machineOfFacts(context: CommandContext, host: string): Promise<ExpectedMachine> {
  const { facts } = await readFactsFile(join(factsDirectory(context), factsFileName(host)))
  const { machineId, hardware, identity } = facts
  return {
    by: `the facts of ${host}`,
    machineId: (machineId?.status === 'ok' ? machineId.value.id : null) ?? undefined,
    // They are as old as the facts: the host may have booted since.
    bootId: undefined,
    productUuid: (hardware?.status === 'ok' ? hardware.value.uuid : null)?.toLowerCase() ?? undefined,
    hostname: identity?.status === 'ok' ? identity.value.hostname : undefined,
  }
}
