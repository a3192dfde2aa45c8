import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  isBootstrapToken,
  isFilledFrom,
  needsToken,
  unfilledTexts,
  withToken,
} from '../ignition/placeholders.ts'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { factsFileName } from '../inventory/facts-store.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { PlannedNode } from '../model/plan.ts'
import { StepError } from '../model/step-error.ts'
import type { JoinTokenPort } from '../steps/join-token.ts'
import {
  approvedConfig,
  lookAtWritten,
  notWritten,
  type ConfigFile,
  type IgnitionStepPorts,
  type ReadyConfig,
  type RefreshOptions,
  type RenderedConfigPort,
  type RenderedMemory,
} from '../steps/step-render-ignition.ts'
import { configuredSecret } from './configured-secret.ts'
import { openNodeConfigs, requireDecided, type NodeConfig, type NodeConfigs } from './node-configs.ts'
import { sha256 } from './plan-cluster.ts'
import { privateFile } from './private-file.ts'
import { approvedDigest, runTokens } from './run-tokens.ts'
import type { RunWorld } from './run-world.ts'
import { runDirectory } from './state-paths.ts'

/** So long a token is taken for one that was only just read. */
const freshMs = 120_000

/** The configuration of a node of the run; `isMinted` = its token is made when it is handed out. */
interface RunConfig extends NodeConfig {
  isMinted: boolean
}

interface MintedOptions extends Pick<RefreshOptions, 'isHandedOut' | 'signal'> {
  /** Of the approved configuration. */
  sha256: string
}

/** Configurations of the nodes of a run: files in its directory, for the user of this process alone. */
export function ignitionPorts(
  world: Pick<RunWorld, 'context' | 'plan' | 'run' | 'cluster'>,
): IgnitionStepPorts<RunConfig> & RenderedConfigPort & JoinTokenPort {
  const { context, run } = world
  const configs = openNodeConfigs(context)
  const tokens = runTokens(world)
  /** When this process has last read the token of a node, on the clock that never jumps. */
  const readMs = new Map<string, number>()
  const ports: IgnitionStepPorts<RunConfig> = {
    async makeConfig(node, profile) {
      const made = await configs.make(node, profile)
      requireDecided(node, made.open)
      const isMinted = tokens.lifetimeMs(node) !== undefined
      return { ...made, isMinted, isShortLived: made.isShortLived && !isMinted }
    },
    configFile: ({ name }: PlannedNode): ConfigFile<RunConfig> => {
      const path = configPath(context, run.id, name)
      return {
        path,
        async look(made) {
          const text = (await privateFile(path))?.text
          const isFilled =
            text !== undefined && (made.isShortLived || made.isMinted) && isFilledFrom(text, made.text)
          if (text === undefined || (text !== made.text && !isFilled)) return undefined
          const complete = isFilled || !needsToken(made.text)
          return { sha256: sha256(text), bytes: Buffer.byteLength(text), complete }
        },
        async write(made) {
          ensureStateDirectory(runDirectory(context, run.id))
          ensureStateDirectory(dirname(path))
          const text = made.isShortLived ? withToken(made.text, await tokenOf(context, configs)) : made.text
          await writeFileAtomically(path, text)
          readMs.set(name, context.clock.monotonicMs())
        },
        async remove() {
          await rm(path, { force: true })
        },
      }
    },
  }
  async function refresh(node: PlannedNode, rendered: RenderedMemory): Promise<ReadyConfig> {
    const made = await approvedConfig(ports, node, rendered)
    const file = ports.configFile(node)
    const ageMs = context.clock.monotonicMs() - (readMs.get(node.name) ?? Number.NEGATIVE_INFINITY)
    const isOld = made.isShortLived && ageMs >= freshMs
    if (isOld || (await file.look(made)) === undefined) await file.write(made)
    const { sha256, complete } = await lookAtWritten(file, node, made)
    return { path: file.path, sha256, complete }
  }

  async function approved(
    node: PlannedNode,
    rendered: RenderedMemory,
    { orAsWritten }: Pick<RefreshOptions, 'orAsWritten'>,
  ): Promise<ReadyConfig> {
    try {
      return await refresh(node, rendered)
    } catch (error) {
      const { path } = ports.configFile(node)
      // A token that cannot be read can be put right, and a machine with a dead one never joins.
      const file = orAsWritten && !isOfSecret(error) ? await privateFile(path) : undefined
      if (file === undefined) throw error
      const { name } = node
      const { text } = file
      const { message: reason } = error as Error
      if (unfilled(text, rendered.config) === undefined)
        throw edited(`osferry runs resume ${run.id} --retry ${name}`, {
          path,
          text,
          rendered,
          cause: error,
        })
      const about = { node: name, path, reason }
      context.log.warn('the Ignition configuration is handed out as it was written before', about)
      return readyConfig(path, text)
    }
  }

  /** A machine may be on its way with the token of an earlier try: it stays while it has half of its life before it. */
  async function withMinted(
    node: PlannedNode,
    lifetimeMs: number,
    { sha256: digest, isHandedOut, signal }: MintedOptions,
  ): Promise<ReadyConfig> {
    const { path } = ports.configFile(node)
    const file = await privateFile(path)
    const config = file && unfilled(file.text, digest)
    if (file === undefined || config === undefined) throw notWritten(path, node)
    if (!needsToken(config)) return readyConfig(path, file.text)
    // The clock of a file server may be ahead.
    const ageMs = Math.abs(Date.parse(context.clock.now()) - file.writtenMs)
    const isYoung = file.text !== config && ageMs < lifetimeMs / 2
    if (isYoung) return readyConfig(path, file.text)
    if (!isHandedOut) {
      await tokens.prove(node, signal)
      return readyConfig(path, file.text)
    }
    const text = withToken(config, await tokens.tokenFor(node, signal))
    await writeFileAtomically(path, text)
    return readyConfig(path, text)
  }

  return {
    ...ports,
    async writtenConfig(node): Promise<ReadyConfig | undefined> {
      const { path } = ports.configFile(node)
      const file = await privateFile(path)
      return file && readyConfig(path, file.text)
    },
    async refreshConfig(node, rendered, options): Promise<ReadyConfig> {
      const ready = await approved(node, rendered, options)
      const lifetimeMs = tokens.lifetimeMs(node)
      if (lifetimeMs === undefined) return ready
      return await withMinted(node, lifetimeMs, { ...options, sha256: rendered.config })
    },
    async endToken(node, signal): Promise<void> {
      if (tokens.lifetimeMs(node) === undefined) return
      const { path } = ports.configFile(node)
      try {
        // First of all: no later try may hand out one that opens nothing.
        const file = await privateFile(path)
        const config = file && unfilled(file.text, approvedDigest(node))
        if (config !== undefined && config !== file?.text) await writeFileAtomically(path, config)
        await tokens.remove(node, signal)
      } catch (error) {
        signal.throwIfAborted()
        const isTold = error instanceof StepError || isMigrationError(error)
        if (!isTold || error.code === 'CLUSTER_LOCKED') throw error
        const { message: reason } = error
        context.log.warn('a bootstrap token may be left until it expires', { node: node.name, reason })
      }
    },
  }
}

/** What is approved of a text with any token in it. */
function unfilled(text: string, digest: string | undefined): string | undefined {
  return unfilledTexts(text).find((one) => sha256(one) === digest)
}

function readyConfig(path: string, text: string): ReadyConfig {
  return { path, sha256: sha256(text), complete: !needsToken(text) }
}

/** With any token in it the approved one would do. */
function edited(
  command: string,
  { path, text, rendered, cause }: { path: string; text: string; rendered: RenderedMemory; cause: unknown },
): StepError {
  const what = `somebody has edited ${path}: its sha256 is ${sha256(text)}, approved is ${rendered.config} (without a token; as it was rendered first: ${rendered.sha256})`
  const why = `and another one cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`
  const help = `put the file back as it was, or facts, os profile and settings as they were when the plan was made, then: ${command}`
  return new StepError('config', `${what}; nothing was handed out, ${why}. ${help}`, {
    code: 'IGNITION_EDITED',
    cause,
  })
}

function isOfSecret(error: unknown): boolean {
  return isMigrationError(error) && error.code === 'SECRET_UNAVAILABLE'
}

/** Where the configuration of a node lies while a run needs it. */
export function configPath(context: RunWorld['context'], run: string, node: string): string {
  const name = factsFileName(node).replace(/\.json$/, '.ign')
  return join(runDirectory(context, run), 'ignition', name)
}

/** Read for every configuration that is written: what `exec:` gives may be made for that moment. Its value is in no message. */
async function tokenOf(context: RunWorld['context'], configs: NodeConfigs): Promise<string> {
  const { settings, directory } = await configs.settings()
  const reference = settings.join?.token
  if (reference === undefined) throw new Error('no token is asked for')
  const token = await configuredSecret(context, { reference, directory })
  if (isBootstrapToken(token)) return token
  throw new MigrationError(
    'SECRET_UNAVAILABLE',
    `join.token (${kindOf(reference)}) gives no bootstrap token`,
    {
      hint: 'expected 6 and 16 letters a-z and digits with a dot between them, as kubeadm token create prints it',
    },
  )
}

/** `env:` with its name, and of the others the kind only: words of a command may be secret. */
function kindOf(reference: string): string {
  return reference.startsWith('env:') ? reference : `${reference.slice(0, reference.indexOf(':'))}:`
}
