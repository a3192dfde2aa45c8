import { dirname } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import { excerptOf } from '../model/excerpt.ts'

const timeoutMs = 30_000
const maxBytes = 32 * 1024 * 1024

export interface ButaneOptions {
  /** PATH is where `butane` is looked for. */
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/**
 * The Ignition configuration that the program `butane` makes of a file; warnings of it are errors, files that it names lie beside
 * it. Throws IGNITION_INVALID with the words of butane.
 */
export async function translateButane(path: string, { env, signal }: ButaneOptions): Promise<string> {
  const { execa } = await import('execa')
  const result = await execa('butane', ['--strict', '--files-dir', dirname(path), path], {
    env: { PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' },
    extendEnv: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    cancelSignal: signal,
    reject: false,
  })
  signal.throwIfAborted()
  if (!result.failed) return result.stdout
  if (result.code === 'ENOENT')
    throw new MigrationError('IGNITION_INVALID', `${path} is Butane, and there is no program butane`, {
      hint: 'install butane, or name the Ignition file (.ign) that it makes',
      details: { file: path },
    })
  const said = result.timedOut ? `did not end in ${timeoutMs / 1000} s` : excerptOf(result.stderr.split('\n'))
  throw new MigrationError('IGNITION_INVALID', `butane refuses ${path}: ${said}`, {
    hint: `butane --strict ${path} says the same`,
    details: { file: path },
  })
}
