import { join } from 'node:path'
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2'
import { MigrationError } from '../model/errors.ts'
import type { Prompter } from '../model/ports.ts'
import type { Endpoint } from './host-keys.ts'
import { describeKey, parsePrivateKey, readKeyFile, type KeyFileKind } from './key-files.ts'
import { createSecret, expandHome, resolveSecret, type Secret, type SecretEnvironment } from './secrets.ts'

/** What ssh2 may try for one endpoint. */
export interface Credentials {
  keys: readonly { file: string; key: ParsedKey }[]
  agent: BaseAgent | null
  password: Secret | null
  /** Why something the settings name cannot be used; shown when authentication fails. */
  problems: readonly string[]
}

/** Keys, agent and secrets of a run: every file is read once, every secret fetched or asked for once. */
export interface CredentialStore {
  forEndpoint(endpoint: Endpoint): Promise<Credentials>
  secret(reference: string): Promise<Secret>
  /** The key files of an endpoint as they stand on disk, with their kinds. */
  keyFiles(endpoint: Endpoint): Promise<readonly { file: string; kind: KeyFileKind }[]>
  /** The passphrase of an encrypted key, or null when neither a reference nor a person gives it. */
  passphrase(file: string, endpoint: Endpoint): Promise<Secret | null>
}

/** Makes the store of a run. */
export function createCredentialStore(options: {
  environment: SecretEnvironment
  prompter: Prompter
}): CredentialStore {
  const { environment, prompter } = options
  const secrets = new Map<string, Promise<Secret>>()
  const files = new Map<string, Promise<Buffer | string>>()
  const keys = new Map<string, Promise<ParsedKey | string>>()
  const asked = new Map<string, Promise<Secret>>()
  let asking: Promise<unknown> = Promise.resolve()
  let inAgent: Promise<ReadonlySet<string>> | undefined

  const secret = (reference: string): Promise<Secret> =>
    once(secrets, reference, () => resolveSecret(reference, environment))
  const content = (file: string): Promise<Buffer | string> => once(files, file, () => readKeyFile(file))

  function ask(file: string): Promise<Secret> {
    return once(asked, file, () => {
      const turn = asking.then(async () =>
        createSecret(await prompter.secret(`Passphrase of the key ${file}`)),
      )
      asking = turn.catch(() => null)
      return turn
    })
  }

  async function passphrase(file: string, endpoint: Endpoint): Promise<Secret | null> {
    const { ssh } = endpoint
    if (ssh.passphrase !== undefined) return await secret(ssh.passphrase)
    // People are asked for keys the settings name, and for ssh's default keys only when there is no other way in.
    const wanted =
      ssh.identityFiles.length > 0 || (ssh.password === undefined && agentSocket(endpoint) === null)
    return prompter.canPrompt && wanted ? await ask(file) : null
  }

  function agentSocket({ ssh }: Endpoint): string | null {
    return ssh.agent ? (environment.variables['SSH_AUTH_SOCK'] ?? '') || null : null
  }

  async function agentHolds(endpoint: Endpoint, kind: KeyFileKind): Promise<boolean> {
    const socket = agentSocket(endpoint)
    if (socket === null || kind.publicKey === null) return false
    inAgent ??= listAgent(socket)
    return (await inAgent).has(kind.publicKey)
  }

  async function loadKey(file: string, endpoint: Endpoint): Promise<ParsedKey | string> {
    const bytes = await content(file)
    if (typeof bytes === 'string') return bytes
    const kind = describeKey(bytes)
    if (kind.type?.startsWith('sk-') === true) return `${file} is a FIDO key: set ssh.backend to openssh`
    if (!kind.encrypted)
      return await once(keys, file, async () => named(file, parsePrivateKey(bytes, undefined)))
    if (endpoint.ssh.passphrase === undefined && (await agentHolds(endpoint, kind)))
      return `${file} is in the agent`
    const phrase = await passphrase(file, endpoint)
    if (phrase === null) return `${file} is encrypted and no passphrase is given`
    return await once(keys, `${file}\0${endpoint.ssh.passphrase ?? ''}`, async () =>
      named(file, parsePrivateKey(bytes, phrase.reveal())),
    )
  }

  async function wantedFiles({ ssh }: Endpoint): Promise<readonly string[]> {
    if (ssh.identityFiles.length > 0)
      return ssh.identityFiles.map((file) => expandHome(file, environment.home))
    const defaults = defaultKeys.map((name) => join(environment.home, '.ssh', name))
    const present: string[] = []
    for (const file of defaults) if (typeof (await content(file)) !== 'string') present.push(file)
    return present
  }

  return {
    secret,
    passphrase,
    async keyFiles(endpoint) {
      const found: { file: string; kind: KeyFileKind }[] = []
      for (const file of await wantedFiles(endpoint)) {
        const bytes = await content(file)
        if (typeof bytes !== 'string') found.push({ file, kind: describeKey(bytes) })
      }
      return found
    },
    async forEndpoint(endpoint) {
      const usable: { file: string; key: ParsedKey }[] = []
      const problems: string[] = []
      for (const file of await wantedFiles(endpoint)) {
        const loaded = await loadKey(file, endpoint)
        if (typeof loaded === 'string') problems.push(loaded)
        else usable.push({ file, key: loaded })
      }
      const socket = agentSocket(endpoint)
      if (endpoint.ssh.agent && socket === null)
        problems.push('SSH_AUTH_SOCK is not set, so there is no agent')
      const password = endpoint.ssh.password === undefined ? null : await secret(endpoint.ssh.password)
      const agent = socket === null ? null : ssh2.createAgent(socket)
      const locked = problems.find((problem) => problem.includes('is encrypted'))
      if (locked !== undefined && usable.length === 0 && agent === null && password === null) {
        throw passphraseNeeded(locked, endpoint)
      }
      return { keys: usable, agent, password, problems }
    },
  }
}

/** INPUT_NEEDED: nobody can be asked for the passphrase of a key. */
export function passphraseNeeded(problem: string, endpoint: Endpoint): MigrationError {
  return new MigrationError('INPUT_NEEDED', `${endpoint.name}: nothing to log in with: ${problem}`, {
    hint: 'Set ssh.passphrase to env:NAME, file:PATH or exec:COMMAND, or load the key into an ssh-agent.',
  })
}

/** ssh's own defaults (ssh_config(5), IdentityFile), without DSA and FIDO. */
const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'] as const

function named(file: string, parsed: ParsedKey | string): ParsedKey | string {
  return typeof parsed === 'string' ? `${file}: ${parsed}` : parsed
}

function listAgent(socket: string): Promise<ReadonlySet<string>> {
  return new Promise((resolve) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => {
      const blobs = (error ? [] : (keys ?? [])).map((key) => publicBlob(key)).filter((blob) => blob !== null)
      resolve(new Set(blobs))
    })
  })
}

function publicBlob(key: unknown): string | null {
  if (Buffer.isBuffer(key)) return key.toString('base64')
  const parsed = key as Partial<ParsedKey>
  return typeof parsed.getPublicSSH === 'function' ? parsed.getPublicSSH().toString('base64') : null
}

/** Work done once a key in a run; a failure is kept too, so that a thousand hosts do not ask a thousand times. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const already = made.get(key)
  if (already !== undefined) return already
  const fresh = make()
  made.set(key, fresh)
  return fresh
}
