import { hash } from 'node:crypto'
import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import { ImageDigest } from '../model/image-port.ts'
import { redact } from '../model/redact.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import { pickedVariables } from '../model/picked-variables.ts'
import { isDenied, isUnreachable } from './registry-words.ts'

/** How skopeo is called. It reads credentials and the ways to registries itself; none goes through our hands. */
export interface SkopeoOptions {
  /** Where PATH, HOME, proxies and REGISTRY_AUTH_FILE are taken from. */
  variables: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/** What a registry has under a reference. */
export interface PushedImage {
  manifest: string
  config: string
}

const lookMs = 2 * 60_000
const copyMs = 12 * 3_600_000

const Manifest = z.object({ config: z.object({ digest: ImageDigest }) })

/** What a registry has there; undefined when it says that it has nothing. Throws REGISTRY_* and IMAGE_PUSH_FAILED. */
export async function lookInRegistry(
  reference: string,
  options: SkopeoOptions,
): Promise<PushedImage | undefined> {
  const { exitCode, stdout, stderr } = await skopeo(['inspect', '--raw', `docker://${reference}`], {
    ...options,
    timeoutMs: lookMs,
  })
  if (exitCode !== 0) {
    if (unknownLine.test(stderr)) return undefined
    throw registryFailed(reference, stderr)
  }
  const parsed = Manifest.safeParse(parseJson(stdout), { jitless: true })
  if (!parsed.success) throw registryFailed(reference, 'what it has there is no manifest of one image')
  return { manifest: `sha256:${hash('sha256', stdout)}`, config: parsed.data.config.digest }
}

/** What to push. */
export interface PushRequest {
  /** Where the unpacked archive is, and what skopeo unpacks of it. */
  scratch: string
  file: string
  format: 'oci-archive' | 'docker-archive'
  /** Name of the image in an OCI archive. */
  refName: string
  architecture: string
  reference: string
}

/** Copies an archive into a registry; an OCI image keeps its digests. Throws REGISTRY_* and IMAGE_PUSH_FAILED. */
export async function pushArchive(
  { file, format, refName, architecture, reference, scratch }: PushRequest,
  options: SkopeoOptions,
): Promise<void> {
  // A path with a colon means something else to skopeo: so it runs there.
  const from = `${format}:${file}${refName === '' ? '' : `:${refName}`}`
  const platform = architecture === '' ? [] : ['--override-arch', architecture]
  const keep = format === 'oci-archive' ? ['--preserve-digests'] : []
  const { exitCode, stderr } = await skopeo(
    [
      '--tmpdir',
      '.',
      '--override-os',
      'linux',
      ...platform,
      'copy',
      '--quiet',
      '--retry-times',
      '2',
      ...keep,
      from,
      `docker://${reference}`,
    ],
    { ...options, timeoutMs: copyMs, cwd: scratch },
  )
  if (exitCode !== 0) throw registryFailed(reference, stderr)
}

const passedOn = [
  'PATH',
  'HOME',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'REGISTRY_AUTH_FILE',
  'DOCKER_CONFIG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

async function skopeo(
  args: readonly string[],
  { variables, signal, timeoutMs, cwd }: SkopeoOptions & { timeoutMs: number; cwd?: string },
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  signal.throwIfAborted()
  const { execa } = await import('execa')
  const result = await execa('skopeo', args, {
    env: { ...pickedVariables(passedOn, variables), LC_ALL: 'C' },
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 8 * 1024 * 1024,
    timeout: timeoutMs,
    cancelSignal: signal,
  })
  signal.throwIfAborted()
  if (result.code === 'ENOENT')
    throw new MigrationError('TOOL_MISSING', 'there is no skopeo on this machine', {
      hint: 'install skopeo, with which images are pushed; or keep them as archives with to: archive',
    })
  const stderr = result.timedOut ? `it did not end in ${timeoutMs} ms` : result.stderr
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr }
}

/** Answers of registries by the names that the distribution specification has for them, and how registries say them. */
const unknownLine = /manifest unknown|name unknown|repository name not known|MANIFEST_UNKNOWN|NAME_UNKNOWN/
function registryFailed(reference: string, stderr: string): MigrationError {
  const lines = redact(stderr).trim().split('\n').slice(-2)
  const said = shorten(visibleLine(lines.join('; ')), 600)
  const details = { reference }
  if (isDenied(stderr))
    return new MigrationError('REGISTRY_DENIED', `the registry refuses ${reference}: ${said}`, {
      hint: 'log in with skopeo login, or name a file of credentials with REGISTRY_AUTH_FILE; may it push there?',
      details,
    })
  if (isUnreachable(stderr))
    return new MigrationError(
      'REGISTRY_UNREACHABLE',
      `the registry of ${reference} does not answer: ${said}`,
      {
        hint: 'look at the registry and at the way to it; what was pushed is kept',
        details,
      },
    )
  return new MigrationError('IMAGE_PUSH_FAILED', `${reference} could not be pushed: ${said}`, {
    hint: 'remove the reason, then run it again; certificates and plain HTTP are set up in the files of skopeo (containers-certs.d, containers-registries.conf)',
    details,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
