import { fewNames } from '../model/few-names.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { parkedImages, type ImagesStepPorts } from './image-memory.ts'

/**
 * Proves that every image that images.park has kept is still where it was kept, while there is a way back: a registry clears up, and
 * a store is cleaned. Asks nobody when none was kept. Throws IMAGES_PARKED_GONE, for which another try keeps them anew, and what the
 * registry and the store throw.
 */
export async function proveImages(context: StepContext<unknown, ImagesStepPorts>): Promise<void> {
  const { node, run, ports, signal, replacedBy, remembered } = context
  if (!areKeptBefore(node)) return
  const { place, images } = parkedImages(remembered('images.park'))
  const port = ports.images(node, run, { replacedBy, onNewKey: () => undefined })
  const gone: string[] = []
  for (const image of images)
    if (!(await port.isKept(image, place, signal)))
      gone.push(`${image.names[0] ?? image.digest} (${image.kept})`)
  if (gone.length === 0) return
  throw new StepError(
    'config',
    `images of ${node.name} are not where they were kept, and nothing was replaced: ${fewNames(gone)}; keep them anew with osferry runs resume ${run.id} --retry ${node.name}`,
    { code: 'IMAGES_PARKED_GONE' },
  )
}

function areKeptBefore({ steps }: PlannedNode): boolean {
  const names = steps.map(({ uses }) => uses)
  return names.slice(0, names.indexOf('host.provision')).includes('images.park')
}
