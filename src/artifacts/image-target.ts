import { MigrationError } from '../model/errors.ts'
import { longImageName, parseImageName } from '../model/image-name.ts'
import type { ImageRuntime, ParkedImage } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { askImageTool, requireProgram, toolOf, type ImageTools } from './image-tools.ts'
import { configsOf, listImages, type NamedImage } from './list-images.ts'

/** Where on the new system an image belongs. */
export interface ImageTarget {
  runtime: ImageRuntime
  namespace: string
}

/**
 * The runtime that it came from, or the one that has taken its place: what docker had for the kubelet, containerd has in the
 * namespace of Kubernetes. Throws TOOL_MISSING.
 */
export function targetOf(host: Host, { runtime, namespace }: ParkedImage, tools: ImageTools): ImageTarget {
  const found = [runtime, ...others].find((other) => tools.runtimes.has(other))
  if (found === undefined)
    throw new MigrationError('TOOL_MISSING', `${host.name}: neither containerd nor docker runs there`, {
      hint: 'start the container runtime of the new system, then go on with the run',
      details: { host: host.name },
    })
  requireProgram(host, tools, found === 'docker' ? 'docker' : 'ctr')
  if (found === 'docker') return { runtime: found, namespace: '' }
  return { runtime: found, namespace: namespace === '' ? 'k8s.io' : namespace }
}

const others: readonly ImageRuntime[] = ['containerd', 'k3s', 'docker']

/** The names that it is to have there: docker leaves out what is usual, containerd does not. */
function namesThere({ runtime, names }: ParkedImage, target: ImageTarget): readonly string[] {
  return runtime === 'docker' && target.runtime !== 'docker' ? names.map(longForm) : names
}

/** Those of its names that do not stand for this image there; `rows` are images with all of their content. */
export async function namesMissing(
  host: Host,
  { image, target, rows }: { image: ParkedImage; target: ImageTarget; rows: readonly NamedImage[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const same = target.runtime === 'docker' ? longForm : (name: string): string => name
  const own = new Map(
    rows
      .filter(({ runtime, namespace }) => runtime === target.runtime && namespace === target.namespace)
      .map((row) => [same(row.name), row]),
  )
  const known = new Map<string, boolean>()
  const missing: string[] = []
  for (const name of namesThere(image, target)) {
    const row = own.get(same(name))
    if (row !== undefined) {
      if (!known.has(row.digest)) known.set(row.digest, await isSame(host, { image, row }, signal))
      if (known.get(row.digest) === true) continue
    }
    missing.push(name)
  }
  return missing
}

/** A name under which the image is there, whatever name that is; undefined when it is not. */
export async function anyNameOf(
  host: Host,
  { image, target, rows }: { image: ParkedImage; target: ImageTarget; rows: readonly NamedImage[] },
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = rows.filter(
    ({ runtime, namespace }) => runtime === target.runtime && namespace === target.namespace,
  )
  const wanted = new Set([...namesThere(image, target), ...image.names])
  const likely = own.filter(({ digest, name }) => isKnownDigest(image, digest) || wanted.has(name))
  for (const row of likely) if (await isSame(host, { image, row }, signal)) return row.name
  return undefined
}

async function isSame(
  host: Host,
  { image, row }: { image: ParkedImage; row: NamedImage },
  signal: AbortSignal,
): Promise<boolean> {
  if (isKnownDigest(image, row.digest)) return true
  if (row.runtime === 'docker') return false
  return (await configsOf(host, row, signal)).includes(image.config)
}

/** Through another format an image gets another manifest; its configuration stays. */
function isKnownDigest({ digest, manifest, config }: ParkedImage, other: string): boolean {
  return other === digest || other === manifest || other === config
}

/** The names of images whose content is all there; docker keeps no others. */
export async function wholeImages(
  host: Host,
  tools: ImageTools,
  signal: AbortSignal,
): Promise<readonly NamedImage[]> {
  const rows = await listImages(host, signal, tools)
  const places = new Map(rows.map((row) => [`${row.runtime} ${row.namespace}`, row]))
  const whole: NamedImage[] = []
  for (const { runtime, namespace } of places.values()) {
    const own = rows.filter((row) => row.runtime === runtime && row.namespace === namespace)
    const complete =
      runtime === 'docker' ? undefined : await completeNames(host, { runtime, namespace }, signal)
    whole.push(...own.filter(({ name }) => complete?.has(name) !== false))
  }
  return whole
}

async function completeNames(
  host: Host,
  { runtime, namespace }: ImageTarget,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const argv = [...toolOf(runtime, namespace), 'images', 'check']
  const answer = await askImageTool(host, argv, { signal, timeoutMs: 10 * 60_000 })
  const names = answer.split('\n').map((line) => /^(\S+)\s+\S+\s+sha256:\S+\s+complete\b/.exec(line)?.[1])
  return new Set(names.filter((name) => name !== undefined))
}

function longForm(name: string): string {
  const parsed = parseImageName(name)
  return parsed === undefined ? name : longImageName(parsed)
}
