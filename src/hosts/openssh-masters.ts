import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { MigrationError } from '../model/errors.ts'
import type { JumpHop } from '../model/inventory.ts'
import { pickedVariables } from '../model/picked-variables.ts'
import { interrupted, orAborted } from './abort.ts'
import { passphraseNeeded } from './credentials.ts'
import { lookUpKeys, type Endpoint } from './host-keys.ts'
import { openAskpass } from './openssh-askpass.ts'
import { chainKey, renderConfig, type OpensshTarget } from './openssh-config.ts'
import { opensshVerdict, type OpensshVerdict } from './openssh-errors.ts'
import type { LocalSsh } from './openssh-run.ts'
import { expandHome, type SecretEnvironment } from './secrets.ts'
import { backOff, jumpFailed, maxRetries, namingHop, type LinkOptions } from './ssh2-links.ts'

/** What the openssh transport needs: the parts both transports share, and the environment ssh runs in. */
export type OpensshOptions = LinkOptions & { environment: SecretEnvironment }

/** A control master: ssh in the background that holds a login open. */
export interface Master {
  endpoint: Endpoint
  configFile: string
  target: OpensshTarget
}

/** Starts, uses and ends control masters; those of jump hosts are shared. */
export interface Masters {
  open(endpoint: Endpoint, hops: readonly JumpHop[], signal: AbortSignal): Promise<Master>
  /** Runs a command line on the host; the caller owns the streams. */
  start(master: Master, command: string): Promise<LocalSsh>
  end(master: Master): Promise<void>
  close(): Promise<void>
}

/** Makes the masters of a run; their sockets and files live in a private directory until `close`. */
export function createMasters(options: OpensshOptions): Masters {
  const { environment, place, credentials, limits, keepalive } = options
  const common = { home: environment.home, systemKnownHosts: place.systemFiles, keepalive }
  const jumps = new Map<string, Promise<Master>>()
  const running = new Set<Master>()
  const ended = new AbortController()
  let directory: Promise<string> | null = null
  let number = 0

  async function open(endpoint: Endpoint, hops: readonly JumpHop[], signal: AbortSignal): Promise<Master> {
    const passed: Master[] = []
    for (const index of hops.keys()) {
      passed.push(await orAborted(sharedJump(hops.slice(0, index + 1)), signal, endpoint.name))
    }
    const chain = [...hops, endpoint]
    const keys = chain.map((_, index) => chainKey(chain.slice(0, index + 1)))
    const giveUpAt = performance.now() + endpoint.ssh.connectTimeoutMs
    for (let attempt = 0; ; attempt++) {
      const outcome = await limits.through({ host: endpoint.name, keys, signal }, () =>
        login(endpoint, passed, signal),
      )
      if ('master' in outcome) {
        running.add(outcome.master)
        return outcome.master
      }
      if (!outcome.retry || attempt >= maxRetries || performance.now() > giveUpAt) {
        throw namingHop(outcome.error, hops)
      }
      await backOff(attempt, endpoint.name, signal)
    }
  }

  function sharedJump(chain: readonly JumpHop[]): Promise<Master> {
    const key = chainKey(chain)
    const already = jumps.get(key)
    if (already !== undefined) return already
    const last = chain.at(-1)
    if (last === undefined) throw new Error('a jump needs a hop')
    const fresh = open(last, chain.slice(0, -1), ended.signal).catch((error: unknown) => {
      setTimeout(() => jumps.delete(key), failureKeptMs).unref()
      throw jumpFailed(last, error)
    })
    fresh.catch(() => {})
    jumps.set(key, fresh)
    return fresh
  }

  async function login(
    endpoint: Endpoint,
    passed: readonly Master[],
    signal: AbortSignal,
  ): Promise<{ master: Master } | OpensshVerdict> {
    const first = await attempt(endpoint, passed, { signal, kind: 'master' })
    if ('master' in first || !first.retry || passed.length === 0) return first
    // A shared jump connection that cannot reach the host only hangs up, and what a control master's jump says goes to
    // /dev/null (sshconnect.c, stderr_null): a plain login of our own through the jump hosts tells why.
    const second = await attempt(endpoint, passed, { signal, kind: 'diagnosis' })
    return 'error' in second && !second.retry ? second : first
  }

  async function attempt(
    endpoint: Endpoint,
    passed: readonly Master[],
    { signal, kind }: { signal: AbortSignal; kind: 'master' | 'diagnosis' },
  ): Promise<{ master: Master } | OpensshVerdict> {
    directory ??= makeDirectory()
    const id = String(++number)
    const dir = await directory
    const { target, problems, answers } = await prepare(endpoint, join(dir, `${id}.s`))
    const configFile = join(dir, `${id}.conf`)
    const hops = passed.map((hop) => hop.target)
    await writeFile(configFile, renderConfig(target, hops, { ...common, shareHops: kind === 'master' }), {
      mode: 0o600,
      flag: 'wx',
    })
    const askpass =
      answers.password === null && answers.passphrase === null
        ? null
        : await openAskpass(join(dir, `${id}.a`), answers, sshVariables(environment))
    try {
      const result = await execa('ssh', loginArguments(kind, configFile, endpoint.address), {
        env: { ...sshVariables(environment), ...askpass?.variables },
        extendEnv: false,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'pipe',
        detached: askpass !== null,
        timeout: endpoint.ssh.connectTimeoutMs,
        forceKillAfterDelay: 500,
        maxBuffer: maxStderr,
        cancelSignal: signal,
        reject: false,
      })
      if (signal.aborted) {
        // It may have gone to the background in the very moment we stopped waiting for it.
        if (kind === 'master') await end({ endpoint, configFile, target })
        throw interrupted(endpoint.name, signal.reason)
      }
      if (result.code === 'ENOENT') throw sshMissing(endpoint, result)
      if (result.exitCode === 0) return { master: { endpoint, configFile, target } }
      const said = result.timedOut ? `${result.stderr}\nssh: login timed out` : result.stderr
      return opensshVerdict(said, target.knowledge, problems)
    } finally {
      await askpass?.close()
    }
  }

  async function prepare(endpoint: Endpoint, controlPath: string) {
    const { ssh } = endpoint
    const knowledge = await lookUpKeys(endpoint, place)
    const files = await credentials.keyFiles(endpoint)
    const encrypted = files.find(({ kind }) => kind.encrypted)
    const explicit = ssh.identityFiles.map((file) => expandHome(file, environment.home))
    const identityFiles =
      explicit.length > 0 ? explicit : ssh.configFile === undefined ? files.map(({ file }) => file) : null
    const wantsPhrase = encrypted !== undefined && (ssh.passphrase !== undefined || !ssh.agent)
    const passphrase = wantsPhrase ? await credentials.passphrase(encrypted.file, endpoint) : null
    const password = ssh.password === undefined ? null : await credentials.secret(ssh.password)
    const locked =
      encrypted === undefined ? null : `${encrypted.file} is encrypted and no passphrase is given`
    const problems = locked !== null && passphrase === null ? [locked] : []
    const others = files.some(({ kind }) => !kind.encrypted) || ssh.agent || password !== null
    if (locked !== null && passphrase === null && !others && ssh.configFile === undefined) {
      throw passphraseNeeded(locked, endpoint)
    }
    const target: OpensshTarget = {
      knowledge,
      identityFiles,
      controlPath,
      hashNewNames: await place.files.usesHashes(knowledge.userFiles[0] ?? ''),
      answers: { password: password !== null, passphrase: passphrase !== null },
    }
    return { target, problems, answers: { password, passphrase } }
  }

  async function end(master: Master): Promise<void> {
    running.delete(master)
    const args = ['-F', master.configFile, '-O', 'exit', '--', master.endpoint.address]
    await execa('ssh', args, {
      env: sshVariables(environment),
      extendEnv: false,
      stdio: 'ignore',
      timeout: endPatienceMs,
      reject: false,
    })
    await rm(master.configFile, { force: true })
  }

  return {
    open,
    end,
    async start(master, command) {
      const args = ['-F', master.configFile, ...sessionOptions, '--', master.endpoint.address, command]
      const child = execa('ssh', args, {
        env: sshVariables(environment),
        extendEnv: false,
        stdin: 'pipe',
        stdout: 'pipe',
        stderr: 'pipe',
        buffer: false,
        reject: false,
      })
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exit: child.then((result) => result.exitCode ?? null),
        kill: () => void child.kill('SIGTERM'),
      }
    },
    async close() {
      ended.abort()
      await Promise.all([...running].map((master) => end(master)))
      jumps.clear()
      if (directory !== null) await rm(await directory, { recursive: true, force: true })
      directory = null
    },
  }
}

const failureKeptMs = 15_000
const endPatienceMs = 5000
const maxStderr = 1024 * 1024
/** A control socket's path must fit sun_path (108 bytes) with the 17 that ssh adds while it makes it. */
const maxDirectoryLength = 60

/**
 * A master goes to the background once logged in, and ends by itself ten minutes after the last command when osferry was
 * killed; a diagnosis logs in and leaves.
 */
function loginArguments(
  kind: 'master' | 'diagnosis',
  configFile: string,
  address: string,
): readonly string[] {
  const control = kind === 'master' ? ['ControlMaster=yes', 'ControlPersist=600'] : ['ControlPath=none']
  const options = ['LogLevel=DEBUG1', ...control].flatMap((option) => ['-o', option])
  const [before, after] = kind === 'master' ? [['-f', '-N'], []] : [[], ['true']]
  return ['-F', configFile, '-T', ...before, ...options, '--', address, ...after]
}

/** Only through the master: when it is gone, ssh must not log in anew behind our back. */
const sessionOptions: readonly string[] = [
  'ControlMaster=no',
  'LogLevel=ERROR',
  'ProxyCommand=exit 1',
].flatMap((option) => ['-o', option])

async function makeDirectory(): Promise<string> {
  const base = tmpdir().length > maxDirectoryLength ? '/tmp' : tmpdir()
  return await mkdtemp(join(base, 'osf-'))
}

function sshVariables({ variables, home }: SecretEnvironment): Record<string, string> {
  const wanted = ['PATH', 'SSH_AUTH_SOCK', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_RUNTIME_DIR']
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...pickedVariables(wanted, variables),
    HOME: home,
    LC_ALL: 'C',
    SHELL: '/bin/sh',
  }
}

function sshMissing(endpoint: Endpoint, cause: unknown): MigrationError {
  return new MigrationError('TOOL_MISSING', `${endpoint.name}: the openssh backend needs the program ssh`, {
    hint: 'Install the OpenSSH client, or set ssh.backend to ssh2.',
    cause,
  })
}
