import { createHash, randomBytes } from 'node:crypto'
import type { ArtifactHead, ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { ParkedImage } from '../model/image-port.ts'
import type { Host } from '../model/ports.ts'
import { dataKey, readHead } from './archive-objects.ts'
import { writeFailed } from './data-errors.ts'
import { imageImportScript } from './image-scripts.ts'
import { containerdSockets, runImageTool, toolOf, type ImageTools } from './image-tools.ts'
import { inspectImage } from './inspect-image.ts'
import { readPipeReport, someLines } from './pipe-report.ts'
import { limitRate } from './rate-limit.ts'
import { isDenied, isUnreachable } from './registry-words.ts'
import { treeLimits } from './tree-limits.ts'
import type { ImageTarget } from './image-target.ts'

/** An archive that goes back into a runtime. */
export interface ImportRequest {
  image: ParkedImage
  target: ImageTarget
  tools: ImageTools
  bytesPerSecond: number | undefined
}

const pullMs = 2 * 3_600_000

/**
 * Streams an archive from the store into a runtime of the host; it is compared with its head and with every digest on its way.
 * Throws ARTIFACT_NOT_FOUND, DATA_ARCHIVE_INVALID, DATA_MISMATCH, DATA_WRITE_FAILED.
 */
export async function importImage(
  host: Host,
  { store, request }: { store: ArtifactStore; request: ImportRequest },
  signal: AbortSignal,
): Promise<void> {
  const { image, target, tools, bytesPerSecond } = request
  const head = await readHead(store, image.kept, signal)
  const stored = head === undefined ? undefined : await store.read(dataKey(head), { signal })
  if (head === undefined || stored === undefined) throw notFound(store, image.kept)
  const isPacked = tools.compressions.has(head.compression)
  const paced = bytesPerSecond === undefined ? stored : limitRate(stored, { bytesPerSecond, signal })
  const chunks = inspectImage(checked(paced, { head, store }), {
    compression: head.compression,
    image,
    place: store.name,
    give: isPacked ? 'packed' : 'unpacked',
  })
  const nonce = randomBytes(12).toString('hex')
  const tool = toolOf(target.runtime, target.namespace)
  const argv = [
    ...tool,
    ...(target.runtime === 'docker' ? ['load', '-q'] : ['images', 'import', '--no-unpack', '-']),
  ]
  const words = [nonce, isPacked ? head.compression : 'none', ...argv]
  const stream = await host.stream({
    argv: ['bash', '--norc', '-c', imageImportScript, 'osferry', ...words],
    become: true,
    stdin: chunks,
    timeoutMs: treeLimits.timeoutMs,
    idleTimeoutMs: treeLimits.idleTimeoutMs,
    maxStdoutBytes: 64 * 1024,
    keptStderrBytes: 64 * 1024,
    signal,
  })
  for await (const _ of stream.stdout) {
    // Nothing is said there, but the program ends only when somebody reads.
  }
  const { statuses, lines } = readPipeReport(await stream.done, nonce)
  const failed = ['unpack', 'import'].filter((part) => statuses.get(part) !== 0)
  if (failed.length === 0) return
  // One that ends early ends the other: both are told.
  const ended = failed.map((part) => `${part} ended with ${statuses.get(part) ?? 'no status'}`).join(', ')
  const why = lines.length === 0 ? ended : `${ended}: ${someLines(lines)}`
  throw writeFailed(host.name, `${target.runtime} (image ${image.names[0] ?? ''})`, why)
}

/** One chunk behind: the last is given on only when the checksum of all is that of the head. */
async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  { head, store }: { head: ArtifactHead; store: ArtifactStore },
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  let held: Uint8Array | undefined
  for await (const chunk of chunks) {
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (hash.digest('hex') !== head.sha256)
    throw new MigrationError(
      'DATA_MISMATCH',
      `${store.name}: the archive ${head.id} has another checksum than its head names`,
      { hint: 'somebody or something has changed what is in the store; nothing of it was put in' },
    )
  if (held !== undefined) yield held
}

/**
 * Lets the runtime of the host pull an image by its digest: with the client of the kubelet's interface when it is there, so that
 * it goes the way that the kubelet would go. Throws REGISTRY_UNREACHABLE, IMAGE_PULL_FAILED.
 */
export async function pullImage(
  host: Host,
  { image, target, tools }: Omit<ImportRequest, 'bytesPerSecond'>,
  signal: AbortSignal,
): Promise<void> {
  const reference = pulledReference(image)
  const argv = pullArgv(reference, { target, tools })
  const { exitCode, said } = await runImageTool(host, argv, { signal, timeoutMs: pullMs, isQuiet: true })
  if (exitCode === 0) return
  if (isUnreachable(said) && !isDenied(said))
    throw new MigrationError('REGISTRY_UNREACHABLE', `${host.name} cannot reach ${reference}: ${said}`, {
      hint: 'look at the registry and at the way to it from the new system; the pull is tried again',
      details: { host: host.name, reference },
    })
  throw new MigrationError('IMAGE_PULL_FAILED', `${host.name} cannot pull ${reference}: ${said}`, {
    hint: 'give the new system the way, the certificates and the credentials for this registry (of containerd: certs.d and its configuration), then go on with the run',
    details: { host: host.name, reference },
  })
}

/** By digest: a tag may have been moved meanwhile. */
function pulledReference({ kept, manifest }: Pick<ParkedImage, 'kept' | 'manifest'>): string {
  return `${kept.slice(0, kept.lastIndexOf(':'))}@${manifest ?? ''}`
}

function pullArgv(
  reference: string,
  { target: { runtime, namespace }, tools }: { target: ImageTarget; tools: ImageTools },
): readonly string[] {
  const tool = toolOf(runtime, namespace)
  if (runtime === 'docker') return [...tool, 'pull', '-q', reference]
  if (namespace === 'k8s.io' && tools.programs.has('crictl')) {
    const socket = `unix://${containerdSockets[runtime]}`
    return ['crictl', '-r', socket, '-i', socket, 'pull', reference]
  }
  const hosts = tools.programs.has('certs.d') ? ['--hosts-dir', '/etc/containerd/certs.d'] : []
  return [...tool, 'images', 'pull', ...hosts, reference]
}

function notFound(store: ArtifactStore, id: string): MigrationError {
  return new MigrationError('ARTIFACT_NOT_FOUND', `${store.name} has no whole archive ${id}`, {
    hint: 'look for it in the store that the plan names: osferry data list',
    details: { store: store.name },
  })
}
