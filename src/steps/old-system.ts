import { z } from 'zod'
import type { RecordedNode } from '../model/node-record.ts'
import type { PlannedNode, RollbackMeans } from '../model/plan.ts'
import type { StepMemory } from '../model/step.ts'
import { wipesDisk, type Target } from '../model/target.ts'
import { SnapshotMemory } from './step-snapshot.ts'

/** What is known of the system that a host had before it was to be replaced. Undefined = nobody has told. */
export interface SystemBefore {
  /** `PRETTY_NAME` of os-release(5), as its kubelet has told it; of a host that is no node nobody has. */
  osImage: string | undefined
  machineId: string | undefined
}

/** What answers now, and is not what was meant. */
export interface SystemNow {
  osImage: string | undefined
  machineId: string | undefined
  /** `ID` is another one than was meant, too, not only a version or the kernel. */
  isOtherId: boolean
}

/** As `host.provision` finds it; a machine that was not proven has none. */
const FoundMachine = z.object({ machineId: z.string().nullish() })

/** Of the journal: what `cluster.snapshot` has recorded, and what `host.provision` found before it last replaced the system. */
export function systemBefore(snapshot: StepMemory | undefined, found: StepMemory | undefined): SystemBefore {
  const recorded = SnapshotMemory.safeParse(snapshot).data
  const machineId = FoundMachine.safeParse(found).data?.machineId ?? recorded?.machineId
  return { osImage: recorded?.osImage ?? undefined, machineId: machineId ?? undefined }
}

/**
 * True when the system that answers is the one that was there before: the same name, and the same installation as far as both told
 * theirs. Without a name to compare, only a target that is installed anew gives the machine id away: a conversion in place keeps it.
 */
export function isOldSystem(
  before: SystemBefore,
  now: SystemNow,
  { target }: { readonly target: Target },
): boolean {
  const areKnown = before.machineId !== undefined && now.machineId !== undefined
  const isSameInstallation = before.machineId === now.machineId
  if (areKnown && !isSameInstallation) return false
  if (before.osImage !== undefined && now.osImage !== undefined) return before.osImage === now.osImage
  return areKnown && wipesDisk(target) && now.isOtherId
}

/** Means that boot the old system where it is: all others write it anew, and it has to boot after that. */
const oldIsThere: readonly RollbackMeans[] = ['old-deployment', 'old-disk']

/**
 * True when a machine has booted since the snapshot of its move, into the system that it had then, and its way back would bring
 * nothing else.
 */
export function hasFallenBack(
  node: Pick<PlannedNode, 'rollback' | 'target'>,
  now: Pick<RecordedNode, 'bootId' | 'machineId' | 'osImage'>,
  snapshot: StepMemory | undefined,
): boolean {
  const first = SnapshotMemory.safeParse(snapshot).data?.bootId ?? null
  if (!oldIsThere.includes(node.rollback.means) || first === null) return false
  if (now.bootId === null || now.bootId === first) return false
  const [osImage, machineId] = [now.osImage ?? undefined, now.machineId ?? undefined]
  return isOldSystem(systemBefore(snapshot, undefined), { osImage, machineId, isOtherId: false }, node)
}
