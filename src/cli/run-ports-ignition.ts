import { constants } from 'node:fs'
import { open, rm } from 'node:fs/promises'
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
import {
  approvedConfig,
  lookAtWritten,
  type ConfigFile,
  type IgnitionStepPorts,
  type ReadyConfig,
  type RenderedConfigPort,
  type RenderedMemory,
} from '../steps/step-render-ignition.ts'
import { configuredSecret } from './configured-secret.ts'
import { openNodeConfigs, requireDecided, type NodeConfig, type NodeConfigs } from './node-configs.ts'
import { sha256 } from './plan-cluster.ts'
import type { RunWorld } from './run-world.ts'
import { runDirectory } from './state-paths.ts'

/** So long a token is taken for one that was only just read. */
const freshMs = 120_000

/** Configurations of the nodes of a run: files in its directory, for the user of this process alone. */
export function ignitionPorts({
  context,
  run,
}: Pick<RunWorld, 'context' | 'run'>): IgnitionStepPorts<NodeConfig> & RenderedConfigPort {
  const configs = openNodeConfigs(context)
  /** When this process has last read the token of a node, on the clock that never jumps. */
  const readMs = new Map<string, number>()
  const ports: IgnitionStepPorts<NodeConfig> = {
    async makeConfig(node, profile) {
      const made = await configs.make(node, profile)
      requireDecided(node, made.open)
      return made
    },
    configFile: ({ name }: PlannedNode): ConfigFile<NodeConfig> => {
      const path = configPath(context, run.id, name)
      return {
        path,
        async look(made) {
          const text = await privateText(path)
          const isFilled = text !== undefined && made.isShortLived && isFilledFrom(text, made.text)
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

  return {
    ...ports,
    async writtenConfig(node): Promise<ReadyConfig | undefined> {
      const { path } = ports.configFile(node)
      const text = await privateText(path)
      return text === undefined ? undefined : readyConfig(path, text)
    },
    async refreshConfig(node, rendered, { orAsWritten }): Promise<ReadyConfig> {
      try {
        return await refresh(node, rendered)
      } catch (error) {
        const { path } = ports.configFile(node)
        // A token that cannot be read can be put right, and a machine with a dead one never joins.
        const text = orAsWritten && !isOfSecret(error) ? await privateText(path) : undefined
        if (text === undefined) throw error
        const { name } = node
        const { message: reason } = error as Error
        if (!unfilledTexts(text).some((unfilled) => sha256(unfilled) === rendered.config))
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
    },
  }
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

/** Undefined when it is not there, or others could have read or written it. */
async function privateText(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { mode, uid } = await file.stat()
      const isOurs = (mode & 0o077) === 0 && uid === (process.geteuid?.() ?? uid)
      return isOurs ? await file.readFile('utf8') : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ELOOP') return undefined
    throw error
  }
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
