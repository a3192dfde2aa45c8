import { hash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import type { Host } from '../model/ports.ts'
import { visibleLine } from '../model/visible-text.ts'
import { lookScript } from './host-scripts.ts'
import type { Compression } from './unpacker.ts'

/** What a host has at a path, and with what it can pack and unpack. */
export interface HostLook {
  kind: 'directory' | 'other' | 'none'
  isEmpty: boolean
  /** Where the path leads when symbolic links are on its way; null when none are. */
  leadsTo: string | null
  /** Type of the file system that holds it, or would: `ext2/ext3`, `xfs`, `tmpfs`; `stat -f` has a name for each. Empty when it is not told. */
  fileSystem: string
  /** File systems that are mounted below it: the first of them, and how many there are. */
  mounts: readonly string[]
  mountCount: number
  /** Id of the archive whose restore was begun here and has not finished. */
  begun: string | null
  compressions: ReadonlySet<Compression>
  /** Kinds of attributes that its tar knows. */
  keeps: ReadonlySet<string>
}

const Answer = z.object({
  kind: z.enum(['directory', 'other', 'none']),
  straight: z.literal('yes').optional(),
  real: z.string().optional(),
  system: z.string(),
  empty: z.enum(['yes', 'no']),
  begun: z.string().optional(),
  mounts: z.string().regex(/^\d{1,6}$/),
  tar: z.string(),
  end: z.literal('yes'),
})

/** Looks at a path and at the tools of a host. Throws TOOL_MISSING, HOST_ANSWER_INVALID and what `run` throws. */
export async function lookAtHost(host: Host, path: string, signal: AbortSignal): Promise<HostLook> {
  const nonce = randomBytes(12).toString('hex')
  const result = await host.run({
    argv: ['bash', '--norc', '-c', lookScript, 'osferry', nonce, path, markerOf(path)],
    become: true,
    timeoutMs: 60_000,
    maxOutputBytes: 64 * 1024,
    signal,
  })
  const pairs = Buffer.from(result.stdout)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = new RegExp(`^${nonce} ([a-z]+)=(.*)$`).exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    })
  const parsed = Answer.safeParse(Object.fromEntries(pairs))
  if (!parsed.success) {
    const said = visibleLine(Buffer.from(result.stderr).toString('utf8')).slice(0, 300)
    throw new MigrationError(
      'HOST_ANSWER_INVALID',
      `${host.name}: it could not be looked at ${path}: ${said}`,
      {
        hint: 'bash, tar and the coreutils of CentOS 8 or newer are needed on the host.',
        cause: parsed.error,
        details: { host: host.name },
      },
    )
  }
  const answer = parsed.data
  requireTar(host.name, answer.tar)
  const valuesOf = (name: string): string[] => pairs.flatMap(([key, value]) => (key === name ? [value] : []))
  const keeps = new Set(valuesOf('keeps'))
  if (!keeps.has('xattrs')) throw tarTooOld(host.name, `${answer.tar} without extended attributes`)
  const tools = valuesOf('has')
  return {
    kind: answer.kind,
    isEmpty: answer.empty === 'yes',
    leadsTo: answer.straight === 'yes' ? null : (answer.real ?? '?'),
    fileSystem: answer.system,
    mounts: valuesOf('mount'),
    mountCount: Number(answer.mounts),
    begun: answer.begun ?? null,
    compressions: new Set(compressions.filter((name) => name === 'none' || tools.includes(name))),
    keeps,
  }
}

/** Best first. */
export const compressions = ['zstd', 'gzip', 'none'] as const satisfies readonly Compression[]

/** The file on a host that says whose unfinished restore is in a directory. */
export function markerOf(target: string): string {
  return `/var/lib/osferry/restoring/${hash('sha256', target)}`
}

/** Sorting came with 1.28 (2014); other programs named tar have neither it nor the attributes. */
function requireTar(host: string, version: string): void {
  const [, major, minor] = /^tar \(GNU tar\) (\d+)\.(\d+)/.exec(version) ?? []
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 28)) return
  throw tarTooOld(host, version === '' ? 'no tar' : visibleLine(version).slice(0, 100))
}

function tarTooOld(host: string, found: string): MigrationError {
  return new MigrationError('TOOL_MISSING', `${host}: GNU tar 1.28 or newer is needed, found ${found}`, {
    hint: 'Install the package tar on the host.',
    details: { host },
  })
}
