import { z } from 'zod'
import type { PlannedNode } from '../model/plan.ts'
import { PlannedIgnition } from '../model/parameters-replace.ts'
import { StepError } from '../model/step-error.ts'
import { defineStep, type Step } from '../model/step.ts'

/** A plan without the digest of the configuration is refused before anything happens: nobody has approved one. */
const Parameters = PlannedIgnition.required({ config: true })
type Parameters = z.infer<typeof Parameters>

/** What the step leaves in the journal: where the configuration is, and never what is in it. */
export const RenderedMemory = z.object({
  /** On the machine that runs osferry. */
  path: z.string(),
  /** Of the bytes of the file, secrets included. */
  sha256: z.string(),
  bytes: z.int(),
  /** sha256 of the configuration without secrets: what the plan says. */
  config: z.string(),
  profile: z.string(),
  /** False: a placeholder stands where a bootstrap token belongs, for whoever hands the file out. */
  complete: z.boolean(),
})
export type RenderedMemory = z.infer<typeof RenderedMemory>

/** The configuration of one node, as facts, profile and settings give it now. */
export interface MadeConfig {
  /** Of the configuration without secrets. */
  readonly sha256: string
  /** True: it gets a token that lives for minutes, so every attempt writes it anew. */
  readonly isShortLived: boolean
}

/** Where the configuration of one node lies in this run. */
export interface ConfigFile<Made extends MadeConfig = MadeConfig> {
  readonly path: string
  /** Undefined when it is not there, is another one, or others may read it. */
  look(config: Made): Promise<Pick<RenderedMemory, 'sha256' | 'bytes' | 'complete'> | undefined>
  /** Writes it for its owner alone; secrets are read then. */
  write(config: Made): Promise<void>
  /** Nothing when it is not there. */
  remove(): Promise<void>
}

export interface RefreshOptions {
  orAsWritten: boolean
  isHandedOut: boolean
  signal: AbortSignal
}

export type ReadyConfig = Pick<RenderedMemory, 'path' | 'sha256' | 'complete'>

/** For the step that hands the configuration out. */
export interface RenderedConfigPort {
  /**
   * Writes the configuration as it may be handed out now: a token that is short-lived is read anew, unless this process has only
   * just done so. Throws when the approved one cannot be made any more; `orAsWritten` = the one that was written before does then,
   * unless somebody has edited it: IGNITION_EDITED. A token is minted only when it `isHandedOut`; else the cluster is asked whether it
   * would take one.
   */
  refreshConfig(node: PlannedNode, rendered: RenderedMemory, options: RefreshOptions): Promise<ReadyConfig>
  /** As it lies there now; undefined when it does not. */
  writtenConfig(node: PlannedNode): Promise<ReadyConfig | undefined>
}

export interface IgnitionStepPorts<Made extends MadeConfig = MadeConfig> {
  /** Makes the configuration; throws when it cannot be made, is not clean, or leaves something undecided. */
  makeConfig(node: PlannedNode, profile: string): Promise<Made>
  configFile(node: PlannedNode): ConfigFile<Made>
}

/** Makes the Ignition configuration of the node once more, and writes it when it is the one that was approved. */
export const renderIgnitionStep: Step<typeof Parameters, IgnitionStepPorts> = defineStep<
  typeof Parameters,
  IgnitionStepPorts
>({
  uses: 'ignition.render',
  with: Parameters,

  async observe(context) {
    const config = await approvedConfig(context.ports, context.node, context.parameters)
    if (config.isShortLived) return 'todo'
    const seen = await context.ports.configFile(context.node).look(config)
    return seen === undefined ? 'todo' : 'done'
  },

  async act(context) {
    const config = await approvedConfig(context.ports, context.node, context.parameters)
    await context.ports.configFile(context.node).write(config)
  },

  async verify(context) {
    const { node, parameters, ports } = context
    const config = await approvedConfig(ports, node, parameters)
    const file = ports.configFile(node)
    const seen = await lookAtWritten(file, node, config)
    const { profile } = parameters
    return { path: file.path, config: config.sha256, profile, ...seen } satisfies RenderedMemory
  },

  async undo({ ports, node }) {
    await ports.configFile(node).remove()
  },
})

/** Throws IGNITION_CHANGED when facts, profile or settings are others than when the plan was made. */
export async function approvedConfig<Made extends MadeConfig>(
  ports: Pick<IgnitionStepPorts<Made>, 'makeConfig'>,
  node: PlannedNode,
  { profile, config }: Pick<Parameters, 'profile' | 'config'>,
): Promise<Made> {
  const made = await ports.makeConfig(node, profile)
  if (made.sha256 === config) return made
  throw new StepError(
    'config',
    `the Ignition configuration of ${node.name} is ${made.sha256.slice(0, 12)}, and approved is ${config.slice(0, 12)}: facts, os profile, settings or osferry are others than when the plan was made`,
    { code: 'IGNITION_CHANGED' },
  )
}

/** Throws IGNITION_NOT_WRITTEN when the file does not hold the configuration. */
export async function lookAtWritten<Made extends MadeConfig>(
  file: ConfigFile<Made>,
  { name }: Pick<PlannedNode, 'name'>,
  config: Made,
): Promise<Pick<RenderedMemory, 'sha256' | 'bytes' | 'complete'>> {
  const seen = await file.look(config)
  if (seen !== undefined) return seen
  throw notWritten(file.path, { name })
}

/** The file does not hold the approved configuration, with or without a token. */
export function notWritten(path: string, { name }: Pick<PlannedNode, 'name'>): StepError {
  return new StepError('config', `${path} does not hold the configuration of ${name}`, {
    code: 'IGNITION_NOT_WRITTEN',
  })
}
