import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { inspect } from 'node:util'
import { MigrationError } from '../model/errors.ts'

/** A value that never shows itself: string, JSON and inspection say `[secret]`; only `reveal` gives it out. */
export interface Secret {
  reveal(): string
  toString(): string
  toJSON(): string
}

/** Where references are resolved: environment variables and the home directory for `~`. */
export interface SecretEnvironment {
  variables: Readonly<Record<string, string | undefined>>
  home: string
}

/** Wraps a secret value; the text lives in a closure, so that no property, spread or dump holds it. */
export function createSecret(value: string): Secret {
  const secret = {
    reveal: () => value,
    toString: () => '[secret]',
    toJSON: () => '[secret]',
    [inspect.custom]: () => '[secret]',
  }
  return Object.freeze(secret)
}

/**
 * The secret a reference points to. `file:` must be a regular file of ours that nobody else may read; `exec:` is split
 * into words without a shell. Throws SECRET_UNAVAILABLE or SECRET_UNSAFE; messages never hold the value.
 */
export async function resolveSecret(reference: string, environment: SecretEnvironment): Promise<Secret> {
  const separator = reference.indexOf(':')
  const kind = reference.slice(0, separator)
  const rest = reference.slice(separator + 1)
  if (kind === 'env') return fromVariable(rest, environment)
  if (kind === 'file') return await fromFile(expandHome(rest, environment.home))
  if (kind === 'exec') return await fromCommand(rest, environment)
  throw new MigrationError('SECRET_UNAVAILABLE', 'A secret reference must start with env:, file: or exec:', {
    hint: 'Write env:NAME, file:PATH or exec:COMMAND in the inventory.',
  })
}

/** `~/x` as the user's shell would read it. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path
}

/** Splits a command into words: blanks separate, single and double quotes group, a backslash takes the next character. */
export function splitWords(command: string): readonly string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at)
    if (quote !== "'" && char === '\\' && at + 1 < command.length) {
      word = (word ?? '') + command.charAt(++at)
    } else if (quote !== '') {
      if (char === quote) quote = ''
      else word += char
    } else if (char === "'" || char === '"') {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = (word ?? '') + char
    }
  }
  if (word !== null) words.push(word)
  return quote === '' ? words : null
}

const maxSecretBytes = 64 * 1024
const commandTimeoutMs = 30_000

function fromVariable(name: string, environment: SecretEnvironment): Secret {
  const value = environment.variables[name]
  if (value !== undefined && value !== '') return createSecret(value)
  throw new MigrationError('SECRET_UNAVAILABLE', `The environment variable ${name} of a secret is not set`, {
    hint: `Set ${name}, or use file: or exec: in the inventory.`,
  })
}

async function fromFile(path: string): Promise<Secret> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      const unsafe = error.code === 'ELOOP'
      throw new MigrationError(
        unsafe ? 'SECRET_UNSAFE' : 'SECRET_UNAVAILABLE',
        unsafe
          ? `The secret file ${path} is a symbolic link`
          : `The secret file ${path} cannot be read (${error.code})`,
        {
          hint: 'Point file: at a regular file that belongs to you with mode 0600.',
          cause: error,
        },
      )
    },
  )
  try {
    const found = await handle.stat()
    const problem = whyUnsafe(found)
    if (problem !== null) {
      throw new MigrationError('SECRET_UNSAFE', `The secret file ${path} ${problem}`, {
        hint: `chown it to yourself and chmod 600 ${path}`,
      })
    }
    const buffer = Buffer.alloc(maxSecretBytes + 1)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
    return lineOf(buffer.subarray(0, bytesRead), `The secret file ${path}`)
  } finally {
    await handle.close()
  }
}

function whyUnsafe(found: { isFile(): boolean; uid: number; mode: number }): string | null {
  if (!found.isFile()) return 'is not a regular file'
  const me = process.geteuid?.()
  if (me !== undefined && found.uid !== me) return `belongs to uid ${found.uid}, not to you (uid ${me})`
  if ((found.mode & 0o077) !== 0) return `may be read by others (mode 0${(found.mode & 0o777).toString(8)})`
  return null
}

async function fromCommand(command: string, environment: SecretEnvironment): Promise<Secret> {
  const [program, ...args] = splitWords(command) ?? []
  if (program === undefined) {
    throw new MigrationError(
      'SECRET_UNAVAILABLE',
      'The exec: reference of a secret has no command or an open quote',
      {
        hint: 'Write exec:PROGRAM ARGUMENT..., with quotes closed.',
      },
    )
  }
  const { execa } = await import('execa')
  const result = await execa(program, args, {
    env: environment.variables,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    encoding: 'buffer',
    stripFinalNewline: false,
    timeout: commandTimeoutMs,
    maxBuffer: maxSecretBytes,
    reject: false,
  })
  if (result.failed) {
    const why = result.timedOut
      ? `did not end in ${commandTimeoutMs / 1000} s`
      : result.isMaxBuffer
        ? `printed more than ${maxSecretBytes} bytes`
        : result.exitCode === undefined
          ? 'could not be started'
          : `ended with status ${result.exitCode}`
    throw new MigrationError('SECRET_UNAVAILABLE', `The secret command ${program} ${why}`, {
      hint: `Run it by hand: ${program} must print the secret on stdout and end with status 0.`,
    })
  }
  return lineOf(Buffer.from(result.stdout), `The output of the secret command ${program}`)
}

function lineOf(bytes: Buffer, what: string): Secret {
  if (bytes.length > maxSecretBytes) {
    throw new MigrationError('SECRET_UNAVAILABLE', `${what} is larger than ${maxSecretBytes} bytes`)
  }
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  bytes.fill(0)
  if (text === '') throw new MigrationError('SECRET_UNAVAILABLE', `${what} is empty`)
  return createSecret(text)
}
