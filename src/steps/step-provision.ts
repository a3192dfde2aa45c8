import { z } from 'zod'
import type { ProvisionOptions, Provisioner, ProvisionRequest } from '../model/provisioner-port.ts'
import { isMigrationError } from '../model/errors.ts'
import { StepError } from '../model/step-error.ts'
import { afterReplacement } from './after-replacement.ts'
import type { DataStepPorts, MachinePort } from './data-ports.ts'
import type { EmptyNodePort } from './empty-node.ts'
import type { JoinTokenPort } from './join-token.ts'
import type { ImagesStepPorts } from './image-memory.ts'
import { keepsData } from './keeps-data.ts'
import { notTold } from './kept-failures.ts'
import { lookBefore } from './look-before.ts'
import { defineStep, largestMemory, type Step, type StepContext, type StepMemory } from '../model/step.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { proveImages } from './prove-images.ts'
import { proveParked } from './prove-parked.ts'
import { requireQuorum, requireQuorumBack } from './require-quorum.ts'
import {
  RenderedMemory,
  type ReadyConfig,
  type RefreshOptions,
  type RenderedConfigPort,
} from './step-render-ignition.ts'
import { ownEndMs } from './step-ports.ts'

/** The provider by its name, and whatever it needs to be told. */
const Parameters = z.looseObject({
  provider: z.string().min(1).max(100),
  machine: z.enum(['proven', 'as-listed']).default('proven'),
})
type Parameters = z.infer<typeof Parameters>

export interface ProvisionStepPorts
  extends DataStepPorts, EmptyNodePort, ImagesStepPorts, JoinTokenPort, MachinePort, RenderedConfigPort {
  /** Asked only for members of etcd, and for volumes that are to be attached again. */
  cluster: Cluster
  /** The provider that these parameters name; throws when there is none, or when they are not valid for it. */
  provisioner: (parameters: Parameters) => Provisioner
}

type Context = StepContext<Parameters, ProvisionStepPorts>

/** Replaces the system of the host by the provider that the plan names. */
export const provisionStep: Step<typeof Parameters, ProvisionStepPorts> = defineStep<
  typeof Parameters,
  ProvisionStepPorts
>({
  uses: 'host.provision',
  with: Parameters,

  async observe(context) {
    const { ports, parameters, node, signal } = context
    const seen = await ports.provisioner(parameters).observe(...(await askOf(context)))
    // Past it the kubelet may be gone already, and pods with it; before it nothing may be lost.
    if (context.isPastPointOfNoReturn) return seen
    if (seen === 'done') {
      refuseUnseen(context)
      return seen
    }
    await ports.requireEmpty(node, 'host.provision', signal)
    const before = await lookBefore(context)
    await proveParked(context)
    await proveImages(context)
    const found = withRoom(context, { ...(await machineFound(context)), ...before })
    // Counting what is kept takes minutes: people and pods may have come meanwhile.
    await ports.requireEmpty(node, 'host.provision', signal)
    await requireQuorum(context)
    // While there is a way back: a token that cannot be read any more would be found out past it.
    await refreshConfig(context, { isHandedOut: false })
    return { state: 'todo', found }
  },

  async act(context) {
    const { ports, parameters } = context
    const provisioner = ports.provisioner(parameters)
    // The one that was written may be of days ago, and its token dead.
    const ignition = await refreshConfig(context, { isHandedOut: true })
    context.onWait({ en: `for ${provisioner.name}`, zh: `等待 ${provisioner.name}` })
    const [request, options] = await askOf(context)
    // Told is the digest of what was looked at, whatever becomes of the file meanwhile.
    await provisioner.act({ ...request, ...(ignition === undefined ? {} : { ignition }) }, options)
  },

  async verify(context) {
    const { ports, parameters } = context
    const provisioner = ports.provisioner(parameters)
    await provisioner.verify(...(await askOf(context)))
    return resultOf(provisioner, context.found)
  },

  async undo(context) {
    const { ports, parameters, node, signal } = context
    await ports.endToken(node, signal)
    await ports.provisioner(parameters).undo(...(await askOf(context)))
  },

  async rollback(context) {
    const { ports, parameters } = context
    const provisioner = ports.provisioner(parameters)
    const { means } = context.node.rollback
    if (provisioner.rollback === undefined || means === 'none')
      throw new StepError('config', `${provisioner.name} cannot put the old system back`, {
        code: 'PROVISION_NO_ROLLBACK',
      })
    await inReach(context, async () => {
      await ports.requireLeft(context.node, context.signal)
      await requireQuorumBack(context)
    })
    await ports.endToken(context.node, context.signal)
    const [request, options] = await askOf(context)
    await provisioner.rollback({ ...request, means }, options)
  },

  whyNoRollback({ ports, parameters }) {
    const provisioner = ports.provisioner(parameters)
    if (provisioner.rollback !== undefined) return undefined
    const { name, whyNoRollback = 'its parameters in the plan name no rollback program' } = provisioner
    return `${name} cannot put the old system back: ${whyNoRollback}`
  },
})

/** The API server may be on this very node, and come back with its old system only. */
async function inReach({ node }: Context, ask: () => Promise<void>): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (node.role !== 'control-plane' || !isMigrationError(error, 'CLUSTER_UNREACHABLE')) throw error
  }
}

const notProven: StepMemory = { machine: 'not proven' }

/** Which machine is about to be replaced, for the journal. */
async function machineFound(context: Context): Promise<StepMemory> {
  const { ports, parameters, node, signal } = context
  if (parameters.machine === 'as-listed') return notProven
  const { host: machine, hostKey } = await afterReplacement(
    context,
    async (after) => await ports.machineOf(node, signal, after),
  )
  return { machine: 'proven', ...machine, ...(hostKey === undefined ? {} : { hostKey }) }
}

/** What nobody has looked at before can never be proven to be kept: such a node does not pass its point of no return. */
function refuseUnseen({ node, found, ports, parameters }: Context): void {
  if (found !== undefined || !keepsData(node)) return
  throw notTold(
    `what ${node.name} keeps was kept`,
    `${ports.provisioner(parameters).name} says that it has its new system already, and nobody has looked before; leave it out, or say in the data decisions of a new plan that it is discarded: nothing of it is touched then, and nothing proven`,
  )
}

/** Refused while there is a way back: past it a result that is too large would never be written. */
function withRoom({ ports, parameters, node }: Context, found: StepMemory): StepMemory {
  const { length } = JSON.stringify(resultOf(ports.provisioner(parameters), found))
  if (length <= largestMemory) return found
  throw new StepError(
    'config',
    `what ${node.name} keeps takes ${length} characters in the journal, which has room for ${largestMemory}: preserve or attach again fewer paths and claims, or directories above them`,
    { code: 'DATA_KEPT_TOO_MANY' },
  )
}

/** What was found before is for the step that looks whether it was kept. */
function resultOf({ name }: Provisioner, found: StepMemory | undefined): StepMemory {
  return { provider: name, ...(found ?? notProven) }
}

/** A program ends a little before its step does, so that its last words are told and not only that time was over. */
async function askOf(context: Context): Promise<[ProvisionRequest, ProvisionOptions]> {
  const { node, run, token, signal, ports, onWait } = context
  const { name, host, target } = node
  const leftMs = ownEndMs(context, 'host.provision', ports.clock) - ports.clock.monotonicMs()
  return [
    { node: name, host, target, run: run.id, token, ...(await ignitionOf(context)) },
    { signal, timeoutMs: Math.max(1, Math.floor(leftMs)), onWait },
  ]
}

/** What `ignition.render` has written in this run, when the plan has it. */
function renderedOf({ remembered }: Context): RenderedMemory | undefined {
  return RenderedMemory.safeParse(remembered('ignition.render')).data
}

/** As it was last handed out: with whichever token. */
async function ignitionOf(context: Context): Promise<Pick<ProvisionRequest, 'ignition'>> {
  const rendered = renderedOf(context)
  if (rendered === undefined) return {}
  const { path, sha256, complete } = (await context.ports.writtenConfig(context.node)) ?? rendered
  return { ignition: { path, sha256, complete } }
}

/** Past the point of no return an old one is better than none: there may be nothing left that it could be made of. */
async function refreshConfig(
  context: Context,
  { isHandedOut }: Pick<RefreshOptions, 'isHandedOut'>,
): Promise<ReadyConfig | undefined> {
  const { node, ports, signal, isPastPointOfNoReturn: orAsWritten } = context
  const rendered = renderedOf(context)
  return rendered && (await ports.refreshConfig(node, rendered, { orAsWritten, isHandedOut, signal }))
}
