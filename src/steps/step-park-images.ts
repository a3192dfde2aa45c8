import type { z } from 'zod'
import type { LocalImage, NodeImages, ParkedImage } from '../model/image-port.ts'
import { PlannedImagesPark } from '../model/parameters-migrate.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { foundImages, refuseTooMany, type ImagesStepPorts } from './image-memory.ts'

type Context = StepContext<z.infer<typeof PlannedImagesPark>, ImagesStepPorts>

/**
 * Keeps every image that no registry has. A plan names twenty of them at most, so the runtime is asked again. There is no undo:
 * what is kept elsewhere is in nobody's way, and it is never taken from where it may be the only one.
 */
export const parkImagesStep: Step<typeof PlannedImagesPark, ImagesStepPorts> = defineStep<
  typeof PlannedImagesPark,
  ImagesStepPorts
>({
  uses: 'images.park',
  with: PlannedImagesPark,

  async observe(context) {
    const images = await toPark(context)
    for (const image of images)
      if ((await keptNow(context, image)) === undefined) return { state: 'todo', found: { images } }
    return 'done'
  },

  async act(context) {
    const { parameters, signal } = context
    const images = await toPark(context)
    for (const [index, image] of images.entries()) {
      if ((await keptNow(context, image)) !== undefined) continue
      const [name = ''] = image.names
      context.onWait({
        en: `for image ${index + 1} of ${images.length}, ${name}, to be kept`,
        zh: `正在保存镜像 ${name}（${index + 1}/${images.length}）`,
      })
      await imagesOf(context).park(image, parameters, signal)
    }
  },

  async verify(context) {
    const parked: ParkedImage[] = []
    for (const image of await toPark(context)) {
      const kept = await keptNow(context, image)
      if (kept === undefined) {
        const message = `${image.names[0] ?? image.digest} came to ${context.node.name} while images were kept`
        throw new StepError('transient', message, { code: 'IMAGES_CHANGED' })
      }
      parked.push(kept)
    }
    return { place: context.parameters, images: parked }
  },
})

/** A node that was rolled back and is tried once more has another system than the run has found. */
function imagesOf({ ports, node, run, replacedBy }: Context): NodeImages {
  return ports.images(node, run, { replacedBy, onNewKey: () => undefined })
}

async function keptNow(context: Context, image: LocalImage): Promise<ParkedImage | undefined> {
  return await imagesOf(context).parked(image, context.parameters, context.signal)
}

/** Those found first, whatever has become of them, and those that came since. */
async function toPark(context: Context): Promise<LocalImage[]> {
  const { node, parameters, found, signal } = context
  const decided = node.data.find(({ kind }) => kind === 'images')
  if (decided !== undefined && decided.action !== 'park') return []
  // Once they are found they may go: what is kept counts then.
  const planned = found === undefined ? (decided?.usedBy ?? []) : []
  const now = await imagesOf(context).local(planned, signal)
  if (decided === undefined && now.length > 0) {
    const message = `${node.name} has images that no registry has, as ${now[0]?.names[0] ?? ''}, and the plan says nothing of them; collect and plan again`
    throw new StepError('config', message, { code: 'IMAGES_UNDECIDED' })
  }
  const images = new Map([...now, ...foundImages(found)].map((image) => [keyOf(image), image]))
  const sorted = [...images.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  refuseTooMany(sorted, parameters)
  return sorted
}

function keyOf({ runtime, namespace, digest }: LocalImage): string {
  return `${runtime} ${namespace} ${digest}`
}
