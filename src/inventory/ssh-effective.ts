import { availableParallelism } from 'node:os'
import { execa } from 'execa'
import { parse as parseSshConfig, SSHConfig } from 'ssh-config'
import { MigrationError } from '../model/errors.ts'
import { readBounded } from './read-bounded.ts'

/** Keyword (lower case) -> values, as `ssh -G` prints them. */
export type SshOptions = ReadonlyMap<string, readonly string[]>

export interface EffectiveOptions {
  /** The ssh_config. */
  path: string
  signal?: AbortSignal | undefined
}

/** True when the OpenSSH client is installed. */
export async function hasSshClient(): Promise<boolean> {
  const { exitCode } = await execa('ssh', ['-V'], { reject: false, timeout: 5000, stdin: 'ignore' })
  return exitCode === 0
}

/**
 * What ssh would use for each host: `ssh -G` (the authority: Include, Match, tokens), a few at a time. Throws
 * INVENTORY_INVALID with ssh's own words when it refuses the file.
 */
export async function askSsh(
  hosts: readonly string[],
  { path, signal }: EffectiveOptions,
): Promise<Map<string, SshOptions>> {
  const answers = new Map<string, SshOptions>()
  const waiting = hosts.values()
  const work = async (): Promise<void> => {
    for (const host of waiting) {
      const result = await execa('ssh', ['-G', '-F', path, '--', host], {
        reject: false,
        timeout: 30_000,
        stdin: 'ignore',
        ...(signal && { cancelSignal: signal }),
      })
      signal?.throwIfAborted()
      if (result.exitCode !== 0) throw refused(path, host, result.stderr)
      answers.set(host, readAnswer(result.stdout))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, work))
  return answers
}

/**
 * The same from the file alone, for machines without ssh: Host patterns, no Include and no Match exec. Keywords that
 * the file does not set are missing.
 */
export async function computeFromFile(
  hosts: readonly string[],
  { path }: EffectiveOptions,
): Promise<Map<string, SshOptions>> {
  const config = parse(await readBounded(path, { notFound: 'INVENTORY_NOT_FOUND' }), path)
  const sectionsFor = indexSections(config)
  return new Map(hosts.map((host) => [host, computeOne(sectionsFor(host), host)]))
}

/** The lines that can speak of a host, in order: computing over all sections for every host would be quadratic. */
function indexSections(config: SSHConfig): (host: string) => SSHConfig {
  const general: number[] = []
  const byName = new Map<string, number[]>()
  for (const [index, line] of config.entries()) {
    const patterns = 'config' in line && line.param.toLowerCase() === 'host' ? patternsOf(line.value) : ['*']
    if (patterns.some((pattern) => /[*?!,]/.test(pattern))) general.push(index)
    else for (const name of patterns) byName.set(name, [...(byName.get(name) ?? []), index])
  }
  return (host) => {
    const chosen = new SSHConfig()
    const indexes = [...general, ...(byName.get(host) ?? [])].sort((a, b) => a - b)
    chosen.push(...indexes.flatMap((index) => config[index] ?? []))
    return chosen
  }
}

function patternsOf(value: string | readonly { val: string }[]): string[] {
  return typeof value === 'string' ? value.split(/\s+/) : value.map(({ val }) => val)
}

function parse(text: string, path: string): SSHConfig {
  try {
    return parseSshConfig(text)
  } catch (error) {
    throw new MigrationError('INVENTORY_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
}

function computeOne(config: SSHConfig, host: string): SshOptions {
  const computed = config.compute(host, { ignoreCase: true }) as Record<string, unknown>
  const lower = Object.entries(computed).map(([key, value]): [string, string[]] => [
    key.toLowerCase(),
    (Array.isArray(value) ? value : [value]).map(String),
  ])
  const options = new Map(lower)
  const name = (options.get('hostname')?.[0] ?? host).replaceAll(/%[hn]/g, host)
  options.set('hostname', [name])
  return options
}

function readAnswer(stdout: string): SshOptions {
  const options = new Map<string, string[]>()
  for (const line of stdout.split('\n')) {
    const at = line.indexOf(' ')
    if (at < 0) continue
    const key = line.slice(0, at)
    options.set(key, [...(options.get(key) ?? []), line.slice(at + 1)])
  }
  return options
}

function refused(path: string, host: string, stderr: string): MigrationError {
  const words = stderr.trim().split('\n').slice(0, 3).join('; ').slice(0, 500)
  return new MigrationError('INVENTORY_INVALID', `ssh refuses ${path} for host ${host}: ${words}`, {
    hint: `see it yourself: ssh -G -F ${path} ${host}`,
    details: { file: path, host },
  })
}
