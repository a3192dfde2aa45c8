import type { ArtifactHead } from '../model/artifact-port.ts'
import { isMigrationError } from '../model/errors.ts'
import { targetRefused } from './data-errors.ts'
import { orInterrupted } from './interrupted.ts'
import { lookAtHost } from './look-at-host.ts'
import { readBack, type RestoreTreePorts } from './restore-tree.ts'
import type { TreeLimits } from './tree-limits.ts'

/** What is looked at. */
export interface TargetQuestion {
  head: ArtifactHead
  target: string
  /** Read all of it; otherwise something whose restore is not under way is taken for whole. */
  reads: boolean
  limits?: Partial<TreeLimits>
}

/**
 * What is in a directory of a host: `whole` = the archive and nothing else, `open` = nothing, or a restore of this archive that was
 * begun. Throws DATA_TARGET_REFUSED for anything else, which is of somebody else, and for a directory that does not outlast a boot.
 */
export async function stateOfTarget(
  ports: RestoreTreePorts,
  question: TargetQuestion,
  signal: AbortSignal,
): Promise<'whole' | 'open'> {
  try {
    return await stateOf(ports, question, signal)
  } catch (error) {
    throw orInterrupted(error, { what: `looking at ${question.target}`, signal })
  }
}

async function stateOf(
  ports: RestoreTreePorts,
  { head, target, reads, limits }: TargetQuestion,
  signal: AbortSignal,
): Promise<'whole' | 'open'> {
  const { host } = ports
  const look = await lookAtHost(host, target, signal)
  if (inMemory.has(look.fileSystem))
    throw targetRefused(host.name, target, {
      what: `lies on a ${look.fileSystem}, of which nothing is left after a boot`,
      hint: 'Mount there what keeps data, then go on with the run.',
    })
  if (look.kind === 'none' || look.begun === head.id) return 'open'
  if (look.kind === 'other')
    throw targetRefused(host.name, target, { what: 'is no directory', hint: 'Move it away.' })
  // A mount point that waits for its data, or a directory that was empty when it was parked.
  if (look.isEmpty && (head.manifest?.entries ?? 0) > 1) return 'open'
  if (!reads && !look.isEmpty) return 'whole'
  try {
    await readBack(ports, { request: { id: head.id, target, ...(limits && { limits }) }, head, look }, signal)
    return 'whole'
  } catch (error) {
    if (!isMigrationError(error, 'DATA_MISMATCH')) throw error
    if (look.isEmpty) return 'open'
    throw targetRefused(host.name, target, {
      what: `holds something else than what was parked (${error.message.slice(0, 500)})`,
      hint: 'Look at what is in it and move it away, then go on with the run.',
    })
  }
}

/** As `stat -f` names them; a devtmpfs is a tmpfs to it. */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'proc', 'sysfs'])
