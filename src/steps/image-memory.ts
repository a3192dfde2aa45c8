import { z } from 'zod'
import { LocalImage, ParkedImage, type NodeImages } from '../model/image-port.ts'
import { PlannedImagesPark } from '../model/parameters-migrate.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { StepMemory } from '../model/step.ts'
import type { AfterReplacement } from './data-ports.ts'
import { StepError } from '../model/step-error.ts'

/** What the steps about images are given. */
export interface ImagesStepPorts {
  /** Images of the node in this run; connects when it is asked something. */
  images: (node: PlannedNode, run: { readonly id: string }, after?: AfterReplacement) => NodeImages
}

const Found = z.object({ images: z.array(LocalImage) })
const Parked = z.object({ place: PlannedImagesPark, images: z.array(ParkedImage) })

/** What parking has left in the journal: every image, and where it is kept. */
export type ImagesMemory = z.infer<typeof Parked>

/** Images that the first look has found; none when it is not told. */
export function foundImages(found: StepMemory | undefined): readonly LocalImage[] {
  return found === undefined ? [] : Found.parse(found).images
}

/** Throws IMAGES_NOT_PARKED when no step has verified that they are kept. */
export function parkedImages(memory: StepMemory | undefined): ImagesMemory {
  const { data, error } = Parked.safeParse(memory)
  if (data !== undefined) return data
  const message = 'the journal does not tell which images were parked, so none can be put back'
  throw new StepError('config', message, { code: 'IMAGES_NOT_PARKED', cause: error })
}

/** A record of the journal is bounded: what does not fit is refused before anything is written. */
export function refuseTooMany(images: readonly LocalImage[], place: { registry?: string | undefined }): void {
  const bytes = images.reduce((sum, image) => sum + JSON.stringify(image).length + ofParked(place), 0)
  if (bytes <= mostCharacters) return
  const message = `${images.length} images that no registry has are more than one record of the journal can name; push those that are needed, remove the others, and plan again`
  throw new StepError('config', message, { code: 'IMAGES_TOO_MANY' })
}

const mostCharacters = 60_000

/** What a parked image tells beyond a local one: two digests, the longest key or reference, and their names. */
function ofParked({ registry = '' }: { registry?: string | undefined }): number {
  return 2 * 90 + 300 + registry.length
}
