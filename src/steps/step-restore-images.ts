import { z } from 'zod'
import type { ParkedImage } from '../model/image-port.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import type { AfterReplacement } from './data-ports.ts'
import { parkedImages, type ImagesMemory, type ImagesStepPorts } from './image-memory.ts'

const Parameters = z.strictObject({})
type Context = StepContext<z.infer<typeof Parameters>, ImagesStepPorts>

/** Gives the node every image that was kept, under its names: pulled by its own runtime, or put in. */
export const restoreImagesStep: Step<typeof Parameters, ImagesStepPorts> = defineStep<
  typeof Parameters,
  ImagesStepPorts
>({
  uses: 'images.restore',
  with: Parameters,

  async observe(context) {
    return (await missing(context)).length === 0 ? 'done' : 'todo'
  },

  async act(context) {
    const { node, run, ports, signal } = context
    const { place } = memoryOf(context)
    const images = await missing(context)
    for (const [index, image] of images.entries()) {
      const [name = ''] = image.names
      context.onWait({
        en: `for image ${index + 1} of ${images.length}, ${name}, to be back`,
        zh: `正在恢复镜像 ${name}（${index + 1}/${images.length}）`,
      })
      await ports.images(node, run, afterOf(context)).restore(image, place, signal)
    }
  },

  async verify(context) {
    let hostKey: string | undefined
    const [image] = await missing(context, (fingerprint) => (hostKey = fingerprint))
    const { length } = memoryOf(context).images
    if (image === undefined) return { images: length, ...(hostKey === undefined ? {} : { hostKey }) }
    const message = `${image.names[0] ?? image.digest} is not on ${context.node.name} as it was`
    throw new StepError('transient', message, { code: 'IMAGE_NOT_BACK' })
  },
})

function memoryOf({ remembered }: Context): ImagesMemory {
  return parkedImages(remembered('images.park'))
}

function afterOf(
  { replacedBy }: Context,
  onNewKey: AfterReplacement['onNewKey'] = () => undefined,
): AfterReplacement {
  return { replacedBy, onNewKey }
}

async function missing(
  context: Context,
  onNewKey?: AfterReplacement['onNewKey'],
): Promise<readonly ParkedImage[]> {
  const { node, run, ports, signal } = context
  const { images } = memoryOf(context)
  return images.length === 0
    ? []
    : await ports.images(node, run, afterOf(context, onNewKey)).missing(images, signal)
}
