import type { ArtifactStore } from '../model/artifact-port.ts'
import type { ImagePlace, LocalImage, NodeImages, ParkedImage } from '../model/image-port.ts'
import type { Clock, Host } from '../model/ports.ts'
import { MigrationError } from '../model/errors.ts'
import { dataMismatch } from './data-errors.ts'
import { anyNameOf, namesMissing, targetOf, wholeImages } from './image-target.ts'
import { askImageTool, lookForImageTools, toolOf } from './image-tools.ts'
import { orInterrupted } from './interrupted.ts'
import { chooseImages, listImages, type KnownLocal } from './list-images.ts'
import { imageId, keptImage, parkImage } from './park-image.ts'
import { isPushed, pushedImage, pushImage } from './push-image.ts'
import { importImage, pullImage } from './restore-image.ts'
import type { Compression } from './unpacker.ts'

/** What the images of a node need from outside. */
export interface NodeImagesPorts {
  run: string
  node: string
  host: (signal: AbortSignal) => Promise<Host>
  /** By the name that a plan has for it. */
  store: (name: string) => Promise<ArtifactStore>
  /** Images of which the facts of the host, read anew, know no registry; throws when they cannot tell. */
  survey: (host: Host, signal: AbortSignal) => Promise<KnownLocal>
  clock: Pick<Clock, 'now'>
  /** A directory on this machine for what is pushed. */
  scratch: string
  /** For skopeo. */
  variables: Readonly<Record<string, string | undefined>>
}

/** Moves images between the runtimes of a node and where they are kept. */
export function createNodeImages(ports: NodeImagesPorts): NodeImages {
  const { run, node, variables } = ports

  async function storeOf({ store }: ImagePlace): Promise<ArtifactStore> {
    if (store === undefined) throw new Error('a plan without a store says that archives are kept')
    return await ports.store(store)
  }
  function registryOf({ registry }: ImagePlace): string {
    if (registry === undefined) throw new Error('a plan without a registry says that images are pushed')
    return registry
  }

  async function local(planned: readonly string[], signal: AbortSignal): Promise<readonly LocalImage[]> {
    const host = await ports.host(signal)
    const known = await ports.survey(host, signal)
    if (known.length === 0 && planned.length === 0) return []
    return chooseImages(host, await listImages(host, signal), { local: known, planned })
  }

  async function parked(
    image: LocalImage,
    place: ImagePlace,
    signal: AbortSignal,
  ): Promise<ParkedImage | undefined> {
    if (place.to === 'archive')
      return await keptImage(await storeOf(place), { id: imageId(run, node, image), image }, signal)
    const host = await ports.host(signal)
    return await pushedImage(host, { image, registry: registryOf(place), variables }, signal)
  }

  async function isKept(image: ParkedImage, place: ImagePlace, signal: AbortSignal): Promise<boolean> {
    if (place.to === 'registry') return await isPushed(image, { variables, signal })
    return (await keptImage(await storeOf(place), { id: image.kept, image }, signal)) !== undefined
  }

  async function park(image: LocalImage, place: ImagePlace, signal: AbortSignal): Promise<ParkedImage> {
    const host = await ports.host(signal)
    const { compressions } = await lookForImageTools(host, signal)
    const bytesPerSecond = place.maxBytesPerSecond
    if (place.to === 'archive') {
      requireCompression(host, place.compression, compressions)
      const request = { id: imageId(run, node, image), node, image, bytesPerSecond }
      const own = { host, store: await storeOf(place), clock: ports.clock }
      return await parkImage(own, { ...request, compression: place.compression }, signal)
    }
    // Only on its way: the registry gets the image as it is.
    const compression = compressions.has(place.compression) ? place.compression : 'none'
    const { scratch } = ports
    const request = { image, registry: registryOf(place), compression, bytesPerSecond, scratch, variables }
    return await pushImage(host, request, signal)
  }

  async function missing(images: readonly ParkedImage[], signal: AbortSignal): Promise<ParkedImage[]> {
    if (images.length === 0) return []
    const host = await ports.host(signal)
    const tools = await lookForImageTools(host, signal)
    const rows = await wholeImages(host, tools, signal)
    const away: ParkedImage[] = []
    for (const image of images) {
      const target = targetOf(host, image, tools)
      if ((await namesMissing(host, { image, target, rows }, signal)).length > 0) away.push(image)
    }
    return away
  }

  async function restore(image: ParkedImage, place: ImagePlace, signal: AbortSignal): Promise<void> {
    const host = await ports.host(signal)
    const tools = await lookForImageTools(host, signal)
    const target = targetOf(host, image, tools)
    if (place.to === 'registry') await pullImage(host, { image, target, tools }, signal)
    else {
      const request = { image, target, tools, bytesPerSecond: place.maxBytesPerSecond }
      await importImage(host, { store: await storeOf(place), request }, signal)
    }
    const there = { image, target, rows: await wholeImages(host, tools, signal) }
    const source = await anyNameOf(host, there, signal)
    if (source === undefined) throw notTheSame(host, image)
    const tool = toolOf(target.runtime, target.namespace)
    const tag = target.runtime === 'docker' ? ['tag'] : ['images', 'tag', '--force']
    for (const name of await namesMissing(host, there, signal))
      await askImageTool(host, [...tool, ...tag, source, name], { signal })
    if ((await missing([image], signal)).length > 0) throw notTheSame(host, image)
  }

  return {
    local: (planned, signal) => told('listing images', signal, () => local(planned, signal)),
    parked: (image, place, signal) => told('looking for images', signal, () => parked(image, place, signal)),
    isKept: (image, place, signal) => told('looking for images', signal, () => isKept(image, place, signal)),
    park: (image, place, signal) => told('keeping images', signal, () => park(image, place, signal)),
    missing: (images, signal) => told('looking for images', signal, () => missing(images, signal)),
    restore: (image, place, signal) => told('restoring images', signal, () => restore(image, place, signal)),
  }

  async function told<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw orInterrupted(error, { what: `${what} of ${node}`, signal })
    }
  }
}

function requireCompression(host: Host, wanted: Compression, there: ReadonlySet<Compression>): void {
  if (there.has(wanted)) return
  throw new MigrationError('TOOL_MISSING', `${host.name}: there is no ${wanted}`, {
    hint: `install ${wanted} on the host, or plan with another compression`,
    details: { host: host.name },
  })
}

function notTheSame(host: Host, { names, config }: ParkedImage): MigrationError {
  const what = `${host.name}: what its runtime has now under ${names[0] ?? ''} is not the image that was kept`
  return dataMismatch(what, { differences: [{ path: config, parts: ['configuration'] }], count: 1 })
}
