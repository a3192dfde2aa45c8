import { z } from 'zod'
import type { LocalData } from '../model/data-decision.ts'
import { fewNames } from '../model/few-names.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Host } from '../model/ports.ts'
import type { StepMemory } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { KeptLook, lookAtKept, notTold } from './kept-look.ts'

/** A path that the plan keeps through the replacement of the system. */
interface KeptPath {
  path: string
  /** Nothing writes there once the node is drained: nothing of it may be missing afterwards. */
  isQuiet: boolean
}

const Recorded = z.object({ kept: z.array(KeptLook) })

/** Names that are remembered of a directory, and how many are looked at to find them again. */
const entriesBefore = 8
const entriesAfter = 5000
/** Counting takes longer on a disk that was just mounted. */
const secondsBefore = 20
const secondsAfter = 60
/** Characters of all of it in the journal; the engine keeps 64 KiB of a step. */
const memoryOfAll = 60_000

/** The paths of a node that are decided `preserve`, each once. */
export function keptPaths({ data, target }: Pick<PlannedNode, 'data' | 'target'>): KeptPath[] {
  const kept = new Map<string, KeptPath>()
  for (const item of data) {
    const { action, path } = item
    if (action === 'preserve' && path !== null)
      kept.set(path, { path, isQuiet: isQuiet(item, target) && kept.get(path)?.isQuiet !== false })
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

/** What is at these paths before the system is replaced. Throws DATA_KEPT_NOT_TOLD and DATA_KEPT_TOO_MANY: the node goes back. */
export async function recordKept(
  host: Host,
  paths: readonly KeptPath[],
  signal: AbortSignal,
): Promise<StepMemory> {
  const kept: KeptLook[] = []
  for (const { path, isQuiet } of paths) {
    const question = { path, mostEntries: entriesBefore, countSeconds: isQuiet ? secondsBefore : 0 }
    const { isCut: _isCut, ...look } = await lookAtKept(host, question, signal)
    kept.push(look)
  }
  if (JSON.stringify(kept).length > memoryOfAll)
    throw new StepError('config', `${kept.length} paths of ${host.name} are preserved: too many to prove`, {
      code: 'DATA_KEPT_TOO_MANY',
    })
  return { kept }
}

/** What was recorded before; throws DATA_KEPT_NOT_TOLD when it is not all that the plan preserves. */
export function recordedKept(
  memory: StepMemory | undefined,
  { name, paths }: { name: string; paths: readonly KeptPath[] },
): readonly KeptLook[] {
  const kept = Recorded.safeParse(memory).data?.kept ?? []
  const known = new Set(kept.map(({ path }) => path))
  const missing = paths.find(({ path }) => !known.has(path))
  if (missing === undefined) return kept
  throw notTold({ name }, missing.path, 'the journal does not tell how it was before the system was replaced')
}

/**
 * Looks at the same paths again. Throws DATA_KEPT_DIFFERS, naming all that is not there any more, and DATA_KEPT_NOT_TOLD. What
 * it returns is what people may want to know of it later.
 */
export async function proveKept(
  host: Host,
  { paths, before }: { paths: readonly KeptPath[]; before: readonly KeptLook[] },
  signal: AbortSignal,
): Promise<StepMemory> {
  const wrong: string[] = []
  const quiet = new Set(paths.filter(({ isQuiet }) => isQuiet).map(({ path }) => path))
  let counted = 0
  for (const was of before) {
    const isQuiet = quiet.has(was.path)
    const isCounted = isQuiet && was.inodes !== null && was.bytes !== null
    const now = await lookAtKept(
      host,
      { path: was.path, mostEntries: entriesAfter, countSeconds: isCounted ? secondsAfter : 0 },
      signal,
    )
    const found = keptDifferences(was, now, { host, isQuiet, isCut: now.isCut })
    if (found.length > 0) wrong.push(`${was.path}: ${found.join(', ')}`)
    if (isCounted) counted += 1
  }
  if (wrong.length > 0)
    throw new StepError('data', `what was to be preserved is not on ${host.name}: ${wrong.join('; ')}`, {
      code: 'DATA_KEPT_DIFFERS',
    })
  return { kept: { paths: before.length, counted } }
}

/** What of a path is not as it was. What has come to it meanwhile is no difference. */
export function keptDifferences(
  was: KeptLook,
  now: KeptLook,
  { host, isQuiet, isCut }: { host: Pick<Host, 'name'>; isQuiet: boolean; isCut: boolean },
): string[] {
  if (was.kind === 'none') return []
  if (now.kind === 'none') return ['it is not there']
  if (now.kind !== was.kind) return [`it was a ${was.kind} and is a ${now.kind}`]
  if (was.uuid !== '' && now.uuid === '' && now.fstype === was.fstype)
    throw notTold(host, was.path, 'the new system does not tell the UUID of its file system (blkid)')
  const there = new Set(now.entries)
  const gone = was.entries.filter((entry) => !there.has(entry))
  if (gone.length > 0 && isCut) throw notTold(host, was.path, `it has more than ${entriesAfter} entries`)
  const isMissing = gone.length > 0 && (isQuiet || gone.length === was.entries.length)
  return [
    ...differentFileSystem(was, now),
    ...(isMissing ? [`missing in it: ${fewNames(gone.map(nameOf))}`] : []),
    ...(isQuiet ? fewer(was, now, host) : []),
  ]
}

/** A device may be called otherwise by another kernel, a UUID may not. */
function differentFileSystem(was: KeptLook, now: KeptLook): string[] {
  const told = ({ uuid, fstype, source }: KeptLook): string =>
    uuid === '' ? `${fstype} ${source}` : `${fstype} ${uuid}`
  const isSame =
    was.uuid === '' ? was.fstype === now.fstype && was.source === now.source : was.uuid === now.uuid
  return isSame ? [] : [`it was on the file system ${told(was)} and is on ${told(now)}`]
}

function fewer(was: KeptLook, now: KeptLook, host: Pick<Host, 'name'>): string[] {
  if (was.inodes === null || was.bytes === null) return []
  if (now.inodes === null || now.bytes === null)
    throw notTold(host, was.path, `its files could not be counted in ${secondsAfter} s`)
  if (now.inodes < was.inodes) return [`it had ${was.inodes} files and directories and has ${now.inodes}`]
  return now.bytes < was.bytes ? [`it had ${was.bytes} bytes and has ${now.bytes}`] : []
}

/** `d name` without its type. */
function nameOf(entry: string): string {
  return entry.slice(2)
}
