import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import { parseImageName } from '../model/image-name.ts'
import { ImageDigest, type ImageRuntime, type LocalImage } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import {
  answerInvalid,
  askImageTool,
  lookForImageTools,
  requireProgram,
  toolOf,
  type ImageTools,
} from './image-tools.ts'

/** One name of one image in a runtime. */
export interface NamedImage {
  runtime: ImageRuntime
  namespace: string
  name: string
  digest: string
}

/** Images that no registry is known to have, as the facts tell them: an id of any kind, and names. */
export type KnownLocal = readonly { readonly id: string; readonly tags: readonly string[] }[]

const maxNamespaces = 50
const namespaceForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,75}$/

/** Every name of every image in the runtimes that run. Throws HOST_ANSWER_INVALID, TOOL_MISSING and HOST_* errors. */
export async function listImages(
  host: Host,
  signal: AbortSignal,
  known?: ImageTools,
): Promise<readonly NamedImage[]> {
  const tools = known ?? (await lookForImageTools(host, signal))
  const rows: NamedImage[] = []
  for (const runtime of tools.runtimes) {
    requireProgram(host, tools, runtime === 'docker' ? 'docker' : 'ctr')
    if (runtime === 'docker') rows.push(...(await dockerImages(host, signal)))
    else
      for (const namespace of await namespacesOf(host, runtime, signal))
        rows.push(...(await containerdImages(host, { runtime, namespace }, signal)))
  }
  return rows
}

async function namespacesOf(host: Host, runtime: ImageRuntime, signal: AbortSignal): Promise<string[]> {
  const answer = await askImageTool(host, [...toolOf(runtime, ''), 'namespaces', 'ls', '-q'], { signal })
  const names = answer.split('\n').filter((line) => line !== '')
  const stranger = names.find((name) => !namespaceForm.test(name))
  if (stranger !== undefined || names.length > maxNamespaces)
    throw answerInvalid(host, `${runtime} has namespaces that are not understood`, shown(stranger ?? ''))
  return names
}

async function containerdImages(
  host: Host,
  { runtime, namespace }: { runtime: ImageRuntime; namespace: string },
  signal: AbortSignal,
): Promise<NamedImage[]> {
  const answer = await askImageTool(host, [...toolOf(runtime, namespace), 'images', 'ls'], { signal })
  return answer
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', , digest] = line.split(/\s+/)
      if (!ImageDigest.safeParse(digest).success || digest === undefined)
        throw answerInvalid(host, `the list of images of ${namespace} has a line that is none`, shown(line))
      return { runtime, namespace, name, digest }
    })
}

const dockerFormat = '{{.ID}}\t{{.Repository}}\t{{.Tag}}'

async function dockerImages(host: Host, signal: AbortSignal): Promise<NamedImage[]> {
  const argv = [...toolOf('docker', ''), 'images', '--no-trunc', '--format', dockerFormat]
  const answer = await askImageTool(host, argv, { signal })
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line): NamedImage => {
      const [digest = '', repository, tag, ...more] = line.split('\t')
      if (!ImageDigest.safeParse(digest).success || tag === undefined || more.length > 0)
        throw answerInvalid(host, 'the list of images of docker has a line that is none', shown(line))
      // What was pulled by digest has no tag: it is known by its id alone, and the id is a name that docker takes.
      const isNamed = repository !== '<none>' && tag !== '<none>'
      return { runtime: 'docker', namespace: '', name: isNamed ? `${repository}:${tag}` : digest, digest }
    })
}

/**
 * The images that are meant, with all of their names, wherever they are. One that is kept under a name in several places is
 * taken from each: what is too much does no harm. Throws IMAGE_NOT_FOUND for a name that none has, and IMAGE_NAME_INVALID.
 */
export function chooseImages(
  host: Host,
  rows: readonly NamedImage[],
  { local, planned }: { local: KnownLocal; planned: readonly string[] },
): readonly LocalImage[] {
  const names = new Set(rows.map(({ name }) => name))
  const gone = planned.find((name) => !names.has(name))
  if (gone !== undefined) throw imageGone(host, gone)
  const wanted = new Set<string>()
  for (const { id, tags } of local) {
    const there = tags.filter((tag) => names.has(tag))
    if (there.length === 0) throw imageGone(host, tags[0] ?? id)
    for (const tag of there) wanted.add(tag)
  }
  const keyOf = ({ runtime, namespace, digest }: NamedImage): string => `${runtime} ${namespace} ${digest}`
  const keys = new Set(rows.filter(({ name }) => wanted.has(name)).map(keyOf))
  return [...Map.groupBy(rows, keyOf)]
    .filter(([key]) => keys.has(key))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, own]): LocalImage[] => {
      const [first] = own
      const tags = own.map(({ name }) => name).filter((name) => !isByDigest(name))
      if (first === undefined || tags.length === 0) return []
      const { runtime, namespace, digest } = first
      return [{ runtime, namespace, digest, names: tags.map((name) => checkedName(host, name)).sort() }]
    })
}

/** What CRI adds to every image: its id, and its names by digest. */
function isByDigest(name: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(name) || /@sha256:[0-9a-f]{64}$/.test(name)
}

function checkedName(host: Host, name: string): string {
  if (parseImageName(name) !== undefined) return name
  throw new MigrationError('IMAGE_NAME_INVALID', `${host.name} has an image with the name ${shown(name)}`, {
    hint: 'allowed is [REGISTRY[:PORT]/]PATH:TAG; give it such a name on the host, or remove it if nobody needs it',
    details: { host: host.name },
  })
}

/** IMAGE_NOT_FOUND: it was there when the facts were collected, or it is in a runtime that cannot give it. */
export function imageGone(host: Host, name: string): MigrationError {
  return new MigrationError(
    'IMAGE_NOT_FOUND',
    `${host.name}: no containerd and no docker that runs there has ${shown(name)}`,
    {
      hint: 'images of podman and CRI-O cannot be moved: push it yourself. If it was removed, collect and plan again.',
      details: { host: host.name },
    },
  )
}

function shown(text: string): string {
  return shorten(visibleLine(text), 200)
}

const Blob = z.object({
  config: z.object({ digest: ImageDigest }).optional(),
  manifests: z
    .array(z.object({ digest: ImageDigest }))
    .max(1000)
    .optional(),
})

/** Configurations of an image in containerd, of each platform that is there. */
export async function configsOf(
  host: Host,
  { runtime, namespace, digest }: Omit<NamedImage, 'name'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const argv = [...toolOf(runtime, namespace), 'content', 'get', digest]
  const parsed = Blob.safeParse(parseJson(await askImageTool(host, argv, { signal })))
  if (!parsed.success) throw answerInvalid(host, `${digest} is no manifest`, '')
  const { config, manifests = [] } = parsed.data
  if (config !== undefined) return [config.digest]
  const list = await askImageTool(host, [...toolOf(runtime, namespace), 'content', 'ls', '-q'], { signal })
  const there = new Set(list.split('\n').map((line) => line.trim()))
  const configs: string[] = []
  for (const child of manifests.filter((manifest) => there.has(manifest.digest)).slice(0, maxPlatforms)) {
    const get = [...toolOf(runtime, namespace), 'content', 'get', child.digest]
    const own = Blob.safeParse(parseJson(await askImageTool(host, get, { signal }))).data?.config
    if (own !== undefined && there.has(own.digest)) configs.push(own.digest)
  }
  return configs
}

const maxPlatforms = 20

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
