import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host, HostConnector, RunRequest, RunResult } from '../model/ports.ts'
import { privilegeOf } from './ssh2-connector.ts'

/** One recorded run: what was asked (never the stdin's text) and what came back. */
const Recording = z.strictObject({
  schema: z.literal('recording/v1'),
  argv: z.array(z.string()),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  stdout: z.base64(),
  stderr: z.base64(),
  cut: z.enum(['timeout', 'too-much-output']).nullable(),
  durationMs: z.number(),
})
type Recording = z.infer<typeof Recording>

/** Wraps a connector: every answer is also written to `dir/<host>/<n>.json` after `redact` went over it. */
export function recordTo(
  dir: string,
  connector: HostConnector,
  redact: (text: string) => string,
): HostConnector {
  return {
    async connect(host, options) {
      const connected = await connector.connect(host, options)
      let number = 0
      return {
        ...connected,
        async run(request) {
          const result = await connected.run(request)
          await write(join(dir, fileName(host.name)), ++number, toRecording(request, result, redact))
          return result
        },
        stream: () => Promise.reject(noStreams(host.name)),
      }
    },
    close: () => connector.close(),
  }
}

/** A connector that reaches nothing: the n-th run of a host gives its n-th recorded answer. */
export function replayFrom(dir: string): HostConnector {
  return {
    async connect(host) {
      return replayHost(dir, host)
    },
    close: async () => {},
  }
}

function replayHost(dir: string, host: ResolvedHost): Host {
  let number = 0
  return {
    name: host.name,
    via: 'recording',
    privilege: privilegeOf(host),
    async run() {
      const file = join(dir, fileName(host.name), `${++number}.json`)
      const recording = await read(file)
      return {
        ...recording,
        stdout: Buffer.from(recording.stdout, 'base64'),
        stderr: Buffer.from(recording.stderr, 'base64'),
      }
    },
    stream: () => Promise.reject(noStreams(host.name)),
    close: async () => {},
  }
}

/** HOST_PROTOCOL: what a stream carries is neither recorded nor played back. */
function noStreams(host: string): MigrationError {
  return new MigrationError('HOST_PROTOCOL', `${host}: a recorded host cannot stream data`, {
    hint: 'Move data on a real host, without a recording.',
    details: { host },
  })
}

/** Host names may hold `:` and `%` (IPv6); a file name holds neither those nor a way out of the directory. */
function fileName(host: string): string {
  return encodeURIComponent(host).replaceAll('.', '%2E')
}

function toRecording(request: RunRequest, result: RunResult, redact: (text: string) => string): Recording {
  const clean = (bytes: Uint8Array): string => {
    const text = Buffer.from(bytes).toString('latin1')
    return Buffer.from(redact(text), 'latin1').toString('base64')
  }
  const { exitCode, signal, cut, durationMs } = result
  return {
    schema: 'recording/v1',
    argv: request.argv.map((word) => redact(word)),
    exitCode,
    signal,
    stdout: clean(result.stdout),
    stderr: clean(result.stderr),
    cut,
    durationMs,
  }
}

async function write(dir: string, number: number, recording: Recording): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const handle = await open(join(dir, `${number}.json`), 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(recording, null, 2)}\n`)
  } finally {
    await handle.close()
  }
}

async function read(file: string): Promise<Recording> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MigrationError('DOCUMENT_NOT_FOUND', `There is no recorded answer ${file}`, {
      hint: 'Record the host again with the same commands.',
      cause: error,
    })
  })
  const parsed = Recording.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  throw new MigrationError(
    'DOCUMENT_INVALID',
    `${file} is no recording/v1: ${z.prettifyError(parsed.error)}`,
    {
      cause: parsed.error,
    },
  )
}
