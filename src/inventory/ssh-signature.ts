import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, type Result } from 'execa'
import { MigrationError } from '../model/errors.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import { pickedVariables } from '../model/picked-variables.ts'

const program = 'ssh-keygen'
const waitMs = 60_000
const maxOutputBytes = 64 * 1024

export interface SignOptions {
  text: string
  namespace: string
  /** A private key, or a public one whose private key the agent holds. */
  key: string
  /** ssh-keygen may ask for a passphrase on the terminal. */
  mayAsk: boolean
  signal: AbortSignal
}

/** An armoured SSH signature of a text. Throws SIGNING_FAILED with the words of ssh-keygen. */
export async function signText({ text, namespace, key, mayAsk, signal }: SignOptions): Promise<string> {
  const result = await run(['-q', '-Y', 'sign', '-n', namespace, '-f', key], { input: text, mayAsk, signal })
  if (result.exitCode === 0 && result.stdout.startsWith('-----BEGIN SSH SIGNATURE-----\n'))
    return `${result.stdout}\n`
  const asks = mayAsk
    ? ''
    : ' (this session cannot ask for a passphrase: give the public key, with the private one in the agent)'
  throw new MigrationError('SIGNING_FAILED', `${key} could not sign: ${wordsOf(result)}`, {
    hint: `see it yourself: ssh-keygen -Y sign -n ${namespace} -f ${key} FILE${asks}`,
    details: { key },
  })
}

export interface VerifyOptions {
  text: string
  signature: string
  namespace: string
  /** Who is said to have signed. */
  identity: string
  /** See ALLOWED SIGNERS in ssh-keygen(1). */
  allowedSigners: string
  signal: AbortSignal
}

/**
 * Whether a key that the file allows this person, for this namespace and at this time, has signed the text. `key` is for people and
 * names its kind; a key and its certificates have one fingerprint.
 */
export async function verifyText(
  options: VerifyOptions,
): Promise<{ isGood: true; key: string; fingerprint: string } | { isGood: false; reason: string }> {
  const { text, signature, namespace, identity, allowedSigners, signal } = options
  // ssh-keygen reads the signature from a file only.
  const directory = await mkdtemp(join(tmpdir(), 'osferry-signature-'))
  try {
    const file = join(directory, 'signature')
    await writeFile(file, signature, { mode: 0o600 })
    const args = ['-Y', 'verify', '-n', namespace, '-I', identity, '-f', allowedSigners, '-s', file]
    const result = await run(args, { input: text, mayAsk: false, signal })
    const [, key, fingerprint] = / with (\S+ key (SHA256:\S+))$/m.exec(result.stdout) ?? []
    if (result.exitCode === 0 && key !== undefined && fingerprint !== undefined)
      return { isGood: true, key, fingerprint }
    return { isGood: false, reason: wordsOf(result) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Where ssh-keygen finds its helpers, agents and terminals, and where it asks. Nothing else of our environment is its business. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TERM',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'SSH_SK_PROVIDER',
  'SSH_SK_HELPER',
  'SSH_PKCS11_HELPER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
]

type Ran = Pick<Result, 'exitCode' | 'timedOut'> & { stdout: string; stderr: string }

async function run(
  args: readonly string[],
  { input, mayAsk, signal }: { input: string; mayAsk: boolean; signal: AbortSignal },
): Promise<Ran> {
  signal.throwIfAborted()
  const result = await execa(program, args, {
    input,
    reject: false,
    cancelSignal: signal,
    maxBuffer: maxOutputBytes,
    // That a key waits to be touched is told there, and only while it waits.
    stderr: mayAsk ? ['inherit', 'pipe'] : 'pipe',
    // Somebody may have to find a passphrase, or to touch a key.
    timeout: mayAsk ? 0 : waitMs,
    // In a session of its own it has no terminal to ask on.
    detached: !mayAsk,
    env: {
      ...pickedVariables(passedOn, process.env),
      LC_ALL: 'C',
      ...(mayAsk ? {} : { SSH_ASKPASS_REQUIRE: 'never' }),
    },
    extendEnv: false,
  })
  signal.throwIfAborted()
  // Ctrl-C reaches the whole terminal, and the program may have ended of it before we know.
  if (result.signal === 'SIGINT') throw new MigrationError('INTERRUPTED', 'nothing was signed')
  if (result.code === 'ENOENT') {
    throw new MigrationError('TOOL_MISSING', 'ssh-keygen is not installed', {
      hint: 'install the OpenSSH client, version 8.1 or newer',
    })
  }
  return result
}

function wordsOf({ stdout, stderr, exitCode, timedOut }: Ran): string {
  if (timedOut) return `ssh-keygen did not end within ${waitMs / 1000} seconds`
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim())
  const words = visibleLine(
    lines
      .filter((line) => line !== '')
      .slice(0, 3)
      .join('; '),
  )
  return words === '' ? `ssh-keygen ended with ${String(exitCode)}` : shorten(words, 300)
}
