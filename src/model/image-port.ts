import { z } from 'zod'
import type { PlannedImagesPark } from './parameters-migrate.ts'

/** `sha256:` and 64 digits. */
export const ImageDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** The runtimes whose images can be moved; k3s and RKE2 have a containerd of their own. */
const imageRuntimes = ['containerd', 'k3s', 'docker'] as const
export const ImageRuntime = z.enum(imageRuntimes)
export type ImageRuntime = z.infer<typeof ImageRuntime>

/** An image that no registry is known to have. */
export const LocalImage = z.object({
  runtime: ImageRuntime,
  /** Of containerd; empty for docker. */
  namespace: z.string().regex(/^([A-Za-z0-9][A-Za-z0-9._-]{0,75})?$/),
  /** What its names stand for in the runtime: a manifest or an index; with docker its configuration. */
  digest: ImageDigest,
  /** As the runtime writes them, sorted; docker leaves `docker.io/library/` out. */
  names: z.array(z.string()).min(1),
})
export type LocalImage = z.infer<typeof LocalImage>

/** One that is kept elsewhere. */
export const ParkedImage = z.object({
  ...LocalImage.shape,
  /** Of the configuration, which is the identity of an image whatever format it is kept in. */
  config: ImageDigest,
  /** The manifest as it is kept; null when the format has none. */
  manifest: ImageDigest.nullable(),
  /** `RUN/NODE/IMAGE` in the store, or the reference in the registry. */
  kept: z.string(),
})
export type ParkedImage = z.infer<typeof ParkedImage>

/** Where images are kept, and how. */
export type ImagePlace = z.infer<typeof PlannedImagesPark>

/** The images of one node in one run. */
export interface NodeImages {
  /**
   * All that no registry is known to have, in a stable order. Throws when it cannot tell, when one cannot be moved, and
   * IMAGE_NOT_FOUND when the runtime has none of a name that was planned.
   */
  local(planned: readonly string[], signal: AbortSignal): Promise<readonly LocalImage[]>
  /** What is kept of it already, whole. */
  parked(image: LocalImage, place: ImagePlace, signal: AbortSignal): Promise<ParkedImage | undefined>
  /** Whether what was kept is there still; asks nothing of the node. Throws DATA_MISMATCH and ARTIFACT_* for something else. */
  isKept(image: ParkedImage, place: ImagePlace, signal: AbortSignal): Promise<boolean>
  park(image: LocalImage, place: ImagePlace, signal: AbortSignal): Promise<ParkedImage>
  /** Those of which a name does not stand for this very image, or not all of the content is there. */
  missing(images: readonly ParkedImage[], signal: AbortSignal): Promise<readonly ParkedImage[]>
  restore(image: ParkedImage, place: ImagePlace, signal: AbortSignal): Promise<void>
}
