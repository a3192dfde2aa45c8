import { z } from 'zod'
import { ImageDigest } from '../model/image-port.ts'
import type { ImageFile, ImageFiles } from './image-tar.ts'
import { archiveInvalid } from './tar-error.ts'

/** What an archive holds, every file of it compared with the digest that names it. */
export interface ArchivedImage {
  format: 'oci-archive' | 'docker-archive'
  /** What names in it stand for: digests of its index; of a docker archive none. */
  roots: ReadonlySet<string>
  /** Of its manifest; null in a docker archive. */
  manifest: string | null
  config: string
  /** For which machine it is, as its configuration tells. */
  architecture: string
  /** Name of the image inside the index, by which skopeo finds it; empty when it has none. */
  refName: string
  files: number
  bytes: number
}

const Descriptor = z.object({
  digest: ImageDigest,
  annotations: z.record(z.string(), z.string()).optional(),
})
const Index = z.object({ manifests: z.array(Descriptor).min(1).max(1000) })
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor).max(1000) })
const DockerManifest = z
  .array(z.object({ Config: z.string(), Layers: z.array(z.string()).max(1000) }))
  .length(1)
const Config = z.object({
  architecture: z.string().max(100).default(''),
  rootfs: z.object({ diff_ids: z.array(ImageDigest).max(1000) }),
})

/**
 * Finds the one image in an archive and compares every part of it with its digest: a stream that was cut, and bytes that were
 * changed, are seen here. Throws DATA_ARCHIVE_INVALID. Source: OCI image-spec, image-layout.md; moby's image/spec/spec.md.
 */
export function judgeImage(files: ImageFiles): ArchivedImage {
  for (const [path, { sha256 }] of files) {
    const named = /^blobs\/sha256\/([^/]+)$/.exec(path)?.[1]
    if (named !== undefined && named !== sha256)
      throw archiveInvalid('a part is not what its digest names', path)
  }
  const sizes = [...files.values()]
  const totals = { files: sizes.length, bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) }
  return { ...(files.has('index.json') ? judgeLayout(files) : judgeDocker(files)), ...totals }
}

type Found = Omit<ArchivedImage, 'files' | 'bytes'>

function judgeLayout(files: ImageFiles): Found {
  const { manifests } = parsed(files.get('index.json'), Index, 'index.json')
  const roots = new Set(manifests.map(({ digest }) => digest))
  const candidates = [...roots].flatMap((digest) => manifestsUnder(files, digest))
  const whole = new Map(candidates.map((found) => [found.digest, found]))
  const [first, second] = whole.values()
  if (first === undefined) throw archiveInvalid('it holds no image')
  if (second !== undefined) throw archiveInvalid('it holds more than one image')
  const { layers, config } = first.manifest
  const missing = layers.find(({ digest }) => blob(files, digest) === undefined)
  if (missing !== undefined) throw archiveInvalid('a layer is missing', missing.digest)
  const { architecture } = parsed(blob(files, config.digest), Config, config.digest)
  const names = manifests.flatMap(
    ({ annotations = {} }) => annotations['org.opencontainers.image.ref.name'] ?? [],
  )
  return {
    format: 'oci-archive',
    roots,
    manifest: first.digest,
    config: config.digest,
    architecture,
    refName: names[0] ?? '',
  }
}

interface FoundManifest {
  digest: string
  manifest: z.infer<typeof Manifest>
}

/** Of an index only what is in the archive counts: runtimes write the platform of their host and leave the others out. */
function manifestsUnder(files: ImageFiles, root: string): FoundManifest[] {
  const file = blob(files, root)
  if (file === undefined) throw archiveInvalid('what its index names is not in it', root)
  const single = Manifest.safeParse(json(file)).data
  if (single !== undefined) return [{ digest: root, manifest: single }]
  return parsed(file, Index, root).manifests.flatMap(({ digest, annotations = {} }) => {
    // BuildKit keeps what it tells of an image beside it in the same index.
    if (annotations['vnd.docker.reference.type'] !== undefined) return []
    const manifest = Manifest.safeParse(json(blob(files, digest))).data
    const isWhole = manifest !== undefined && blob(files, manifest.config.digest) !== undefined
    return isWhole ? [{ digest, manifest }] : []
  })
}

/** Layers are plain tar files there, each named by its digest in the configuration. */
function judgeDocker(files: ImageFiles): Found {
  const [image] = parsed(files.get('manifest.json'), DockerManifest, 'manifest.json')
  if (image === undefined) throw archiveInvalid('it holds no image')
  const file = files.get(image.Config)
  const named = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(image.Config)?.[1]
  if (file === undefined || named !== file.sha256)
    throw archiveInvalid('its configuration is not what its digest names', image.Config)
  const { architecture, rootfs } = parsed(file, Config, image.Config)
  if (rootfs.diff_ids.length !== image.Layers.length) throw archiveInvalid('layers are missing')
  for (const [index, path] of image.Layers.entries())
    if (`sha256:${files.get(path)?.sha256 ?? ''}` !== rootfs.diff_ids[index])
      throw archiveInvalid('a layer is not what its digest names', path)
  const config = `sha256:${file.sha256}`
  return {
    format: 'docker-archive',
    roots: new Set(),
    manifest: null,
    config,
    architecture,
    refName: '',
  }
}

function blob(files: ImageFiles, digest: string): ImageFile | undefined {
  return files.get(`blobs/sha256/${digest.slice('sha256:'.length)}`)
}

function json(file: ImageFile | undefined): unknown {
  try {
    return JSON.parse(file?.text ?? '')
  } catch {
    return undefined
  }
}

function parsed<Value>(file: ImageFile | undefined, schema: z.ZodType<Value>, what: string): Value {
  if (file === undefined) throw archiveInvalid(`there is no ${what} in it`)
  const result = schema.safeParse(json(file), { jitless: true })
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw archiveInvalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`, what)
}
