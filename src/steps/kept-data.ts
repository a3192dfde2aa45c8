import { z } from 'zod'
import type { LocalData } from '../model/data-decision.ts'
import { decidedOtherwise, isKeptMount } from '../model/kept-mounts.ts'
import { whoMakesAgain } from '../model/made-again.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Clock, Host } from '../model/ports.ts'
import type { StepMemory } from '../model/step.ts'
import { keptDifferences } from './kept-differences.ts'
import { keptDiffers, notTold } from './kept-failures.ts'
import { KeptLook, lookAtKept, mountPoint } from './kept-look.ts'

/** A path that the plan keeps through the replacement of the system. */
export interface KeptPath {
  path: string
  /** Nothing writes there once the node is drained: nothing of it may be missing afterwards. */
  isQuiet: boolean
  /** It lies on another disk than the one that is written anew: it is there, or nobody can tell whether it was kept. */
  isOffSystemDisk: boolean
  /** What is mounted below it belongs to it; of a kubelet these are the volumes of pods that are gone. */
  hasMounts: boolean
  /** What lies below these was decided otherwise. */
  without: readonly string[]
}

const Recorded = z.object({ kept: z.array(KeptLook) })

/** File systems that are empty after every boot. */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs'])
/** Of file systems below one path. */
const mostMounts = 64
/** Names that are remembered of a directory, and how many characters of them when there is more than one. */
const mostEntries = 8
const entriesLength = 500

/** The paths of a node that are decided `preserve`, each once, but those whose content somebody makes anew on every node. */
export function keptPaths({ data, target }: Pick<PlannedNode, 'data' | 'target'>): KeptPath[] {
  const kept = new Map<string, KeptPath>()
  const without = decidedOtherwise(data)
  for (const item of data) {
    const { action, path, kind } = item
    if (action !== 'preserve' || path === null) continue
    if (kind === 'host-path' && whoMakesAgain(path) !== undefined) continue
    kept.set(path, {
      path,
      isQuiet: isQuiet(item, target) && kept.get(path)?.isQuiet !== false,
      isOffSystemDisk: target === 'containeros',
      hasMounts: kind !== 'kubelet-root' && kept.get(path)?.hasMounts !== false,
      without,
    })
  }
  return [...kept.values()]
}

/**
 * Where the disk of the system is written anew, what is preserved lies on another one, to which only pods wrote. A system that is
 * changed in place, a kubelet and an etcd write to what they have.
 */
function isQuiet({ kind, writtenByStaying }: LocalData, target: PlannedNode['target']): boolean {
  const isOfPods = kind === 'host-path' || kind === 'local-volume'
  return target === 'containeros' && isOfPods && writtenByStaying === undefined
}

/** Files are counted until then, on the clock that never jumps. */
interface CountTime {
  clock: Clock
  endMs: number
}

/** Two counts share what is left; a look is always given a moment. */
function countSeconds({ clock, endMs }: CountTime): number {
  return Math.max(1, Math.floor((endMs - clock.monotonicMs()) / 2000))
}

/** What is at these paths before the system is replaced. Throws DATA_KEPT_NOT_TOLD: the node goes back. */
export async function recordKept(
  host: Host,
  { paths, time }: { paths: readonly KeptPath[]; time: CountTime },
  signal: AbortSignal,
): Promise<StepMemory> {
  const kept: KeptLook[] = []
  for (const { path, isQuiet, isOffSystemDisk, hasMounts, without } of paths) {
    const question = { path, entries: mostEntries, countSeconds: isQuiet ? countSeconds(time) : 0, hasMounts }
    const look = await lookAtKept(host, question, signal)
    if (look.kind === 'none' && isOffSystemDisk)
      throw notTold(
        `${path} of ${host.name} was kept`,
        'nothing is there now; mount what belongs there, or decide in a new plan that it is discarded',
      )
    kept.push({ ...look, entries: fewEntries(look.entries), mounts: keptMounts(host, look, without) })
  }
  return { kept }
}

/** Those of pods and containers come and go. */
function keptMounts({ name }: Host, { path, mounts }: KeptLook, without: readonly string[]): string[] {
  const kept = mounts.filter((mount) => isKeptMount(mountPoint(mount), without))
  if (kept.length <= mostMounts) return kept
  throw notTold(`${path} of ${name} was kept`, `${kept.length} file systems are mounted below it`)
}

/** A journal has little room: of long names fewer are remembered, one at least. */
function fewEntries(entries: readonly string[]): string[] {
  let length = 0
  return entries.filter((entry, index) => {
    length += entry.length
    return index === 0 || length <= entriesLength
  })
}

/** What was recorded before; throws DATA_KEPT_NOT_TOLD when it is not all that the plan preserves. */
export function recordedKept(
  memory: StepMemory | undefined,
  { name, paths }: { name: string; paths: readonly KeptPath[] },
): readonly KeptLook[] {
  const kept = Recorded.safeParse(memory).data?.kept ?? []
  const known = new Map(kept.map((look) => [look.path, look]))
  return paths.map(({ path }) => {
    const look = known.get(path)
    if (look !== undefined) return look
    throw notTold(
      `${path} of ${name} was kept`,
      'the journal does not tell how it was before the system was replaced',
    )
  })
}

interface KeptQuestions {
  paths: readonly KeptPath[]
  /** Pods have been there since, and have written: nothing of it is quiet any more. */
  hadPods?: boolean
  before: readonly KeptLook[]
  time: CountTime
  /** Its disk was written anew since, all of it: another file system is no loss. */
  isDiskAnew?: boolean
  /** What people can do about a difference. */
  next: string
}

/**
 * Looks at the same paths again. Throws DATA_KEPT_DIFFERS, naming what is not there any more, and DATA_KEPT_NOT_TOLD. What
 * it returns is what people may want to know of it later.
 */
export async function proveKept(
  host: Host,
  { paths, before, time, hadPods = false, isDiskAnew = false, next }: KeptQuestions,
  signal: AbortSignal,
): Promise<StepMemory> {
  const wrong: string[] = []
  const rules = new Map(paths.map((path) => [path.path, path]))
  let counted = 0
  for (const was of before) {
    const { path, entries } = was
    const { isQuiet: wasQuiet = false, isOffSystemDisk = true } = rules.get(path) ?? {}
    const isQuiet = wasQuiet && !hadPods
    // A system that is changed in place boots, too.
    if (!isOffSystemDisk && inMemory.has(was.fstype)) continue
    const isCounted = isQuiet && was.inodes !== null && was.bytes !== null
    const hasMounts = was.mounts.length > 0
    const question = { path, entries, countSeconds: isCounted ? countSeconds(time) : 0, hasMounts }
    const now = await lookAtKept(host, question, signal)
    const found = keptDifferences(was, now, { host, isQuiet, isDiskAnew })
    if (found.length > 0) wrong.push(`${path}: ${found.join(', ')}`)
    if (isCounted) counted += 1
  }
  if (wrong.length > 0) throw keptDiffers(`what was to be preserved is not on ${host.name}`, { wrong, next })
  return { kept: { paths: before.length, counted } }
}
