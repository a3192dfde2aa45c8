import { z } from 'zod'
import type { LocalData } from '../model/data-decision.ts'
import { whyNotParked } from '../model/park-rules.ts'
import type { PlannedNode } from '../model/plan.ts'
import { isBelow } from '../model/space-of-path.ts'
import { StepError } from '../model/step-error.ts'
import { ParkedVolume } from './data-ports.ts'

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
