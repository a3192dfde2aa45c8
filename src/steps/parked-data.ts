import { z } from 'zod'
import type { LocalData } from '../model/data-decision.ts'
import { whyNotParked } from '../model/park-rules.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Host } from '../model/ports.ts'
import { isBelow } from '../model/space-of-path.ts'
import { StepError } from '../model/step-error.ts'
import type { StepContext } from '../model/step.ts'
import { ParkedVolume, type VolumeToRestore } from './data-ports.ts'

/** What data.park leaves in the journal. */
export const ParkMemory = z.object({
  store: z.string(),
  bytesPerSecond: z.int().optional(),
  archives: z.array(ParkedVolume),
})
export type ParkMemory = z.infer<typeof ParkMemory>

/** A directory of the node that is to be archived. */
export interface DirectoryToPark {
  source: string
  path: string
}

/** Characters of an archive in the journal besides its source; the engine keeps 64 KiB of a step. */
const memoryOfOne = 800
const memoryOfAll = 60_000

/**
 * The directories that are to be archived. Throws, before anything is written, for data that nobody has decided about, and for
 * what could not be archived or put back. A directory in one that is archived is archived with it.
 */
export function directoriesToPark({
  name,
  data,
  target,
}: Pick<PlannedNode, 'name' | 'data' | 'target'>): DirectoryToPark[] {
  const undecided = data.find(({ action }) => action === null)
  if (undecided !== undefined)
    throw new StepError('config', `nobody has decided what becomes of ${undecided.id} of ${name}`, {
      code: 'DATA_UNDECIDED',
    })
  const directories = data
    .filter(({ action, kind }) => action === 'park' && kind !== 'images')
    .map((item): DirectoryToPark => ({ source: item.id, path: pathOf(item, { name, target }) }))
  const outer = directories.filter(
    ({ path }, index) =>
      !directories.some((other, at) => isBelow(path, other.path) && (path !== other.path || at < index)),
  )
  const size = outer.reduce((sum, { source }) => sum + 2 * source.length + memoryOfOne, 0)
  if (size > memoryOfAll)
    throw cannotPark(name, { what: `${outer.length} directories`, why: 'they are too many for one node' })
  return outer
}

function pathOf(data: LocalData, { name, target }: Pick<PlannedNode, 'name' | 'target'>): string {
  const { id, path } = data
  const why = whyNotParked(data, target)
  if (why !== undefined || path === null)
    throw cannotPark(name, { what: id, why: why?.en ?? 'it has no path' })
  return path
}

function cannotPark(node: string, { what, why }: { what: string; why: string }): StepError {
  return new StepError('config', `${what} of ${node} cannot be archived: ${why}`, {
    code: 'DATA_CANNOT_PARK',
  })
}

/** How many pieces of data are left where they are, or lost, by what was decided. */
export function leftAlone(data: readonly LocalData[]): Record<string, number> {
  const left = data.filter(({ action }) => action !== 'park')
  return Object.fromEntries(
    [...Map.groupBy(left, ({ action }) => action ?? 'undecided')]
      .map(([action, items]) => [action, items.length] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}

type Remembering = Pick<StepContext<unknown, unknown>, 'node' | 'remembered'>

/** What data.park has left in the journal; throws DATA_NOT_PARKED when it is not all that the plan says to park. */
export function parkMemory({ node, remembered }: Remembering): ParkMemory {
  const left = remembered('data.park')
  const memory = left === undefined ? undefined : ParkMemory.safeParse(left).data
  const known = new Set(memory?.archives.map(({ source }) => source))
  const missing = directoriesToPark(node).find(({ source }) => !known.has(source))
  if (missing !== undefined) throw notParked(node, `${missing.source} is to be parked and has no archive`)
  return memory ?? { store: '', archives: [] }
}

/** Every archive that data.park has made of the node, and the directory that it was made of. Throws DATA_NOT_PARKED. */
export function parkedVolumes(context: Remembering, host: Host): VolumeToRestore[] {
  const { node } = context
  const { store, archives } = parkMemory(context)
  const paths = new Map(node.data.map(({ id, path }) => [id, path]))
  return archives.map((volume) => {
    const target = paths.get(volume.source)
    if (typeof target !== 'string') throw notParked(node, `${volume.source} has no path in the plan`)
    return { store, volume, host, target }
  })
}

function notParked({ name }: Pick<PlannedNode, 'name'>, why: string): StepError {
  return new StepError('data', `the journal does not tell where the data of ${name} is: ${why}`, {
    code: 'DATA_NOT_PARKED',
  })
}
