import type { Text } from '../model/text.ts'
import { parseDrainPod } from '../model/drain-pod.ts'
import { parseDrainAttachment, type DrainAttachment } from '../model/drain-volumes.ts'
import { fewNames } from '../model/few-names.ts'
import { NoParameters } from '../model/parameters-restore.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { attachmentQuery } from './cluster-view.ts'
import { podsOn } from './core-objects.ts'
import type { DrainStepPorts } from './step-drain.ts'
import { nodeNow, ownEndMs } from './step-ports.ts'
import { volumesLeft } from './volumes-left.ts'
import { createWaitTeller } from './wait-teller.ts'

type Context = StepContext<Record<string, never>, DrainStepPorts>

/** Waits until no volume is attached to a drained node but those of pods that stay. */
export const waitDetachStep: Step<typeof NoParameters, DrainStepPorts> = defineStep<
  typeof NoParameters,
  DrainStepPorts
>({
  uses: 'cluster.wait-detach',
  with: NoParameters,

  async observe(context) {
    return (await leftNow(context)).length === 0 ? 'done' : 'todo'
  },

  async act(context) {
    const { node, ports, signal, onWait } = context
    const { drains, clock } = ports
    const { name } = node
    const deadlineMs = ownEndMs(context, 'cluster.wait-detach', clock)
    const { view, around, broken } = await drains.session(signal)
    const both = AbortSignal.any([signal, broken])
    await view.followAttachments()
    const tell = createWaitTeller(clock, onWait)
    for (;;) {
      const now = view.nodes.get(name)
      if (now === undefined) throw new StepError('config', `${name} was deleted`, { code: 'NODE_GONE' })
      const attachments = [...view.attachments.values()].filter(({ node }) => node === name)
      const staying = [...view.podsOn(name)]
      const { volumes } = around
      const left = volumesLeft({ node: name, attachments, onNode: now.volumes, staying, volumes })
      if (left.length === 0) return
      const text = volumesText(left, attachments)
      if (clock.monotonicMs() >= deadlineMs)
        throw new StepError('budget', text.en, { code: 'DETACH_TIMEOUT' })
      const againMs = tell({ key: left.join(' '), text })
      await view.wake.changed(Math.min(deadlineMs, againMs ?? deadlineMs), both)
    }
  },

  async verify(context) {
    const volumes = await leftNow(context)
    if (volumes.length === 0) return {}
    const message = `volumes are attached to ${context.node.name} again: ${fewNames(volumes)}`
    throw new StepError('transient', message, { code: 'VOLUMES_CAME' })
  },
})

/** By quorum reads: a watch may not have told everything yet. */
async function leftNow({ node: { name }, ports, signal }: Context): Promise<string[]> {
  const { cluster, drains } = ports
  const { around } = await drains.session(signal)
  const now = await nodeNow(cluster, name, signal)
  const attachments = (await cluster.list(attachmentQuery, signal)).map(parseDrainAttachment)
  const staying = (await cluster.list(podsOn(name), signal)).map(parseDrainPod)
  return volumesLeft({ node: name, attachments, onNode: now.volumes, staying, volumes: around.volumes })
}

/** Each volume with since when, and with what its driver says. */
function volumesText(volumes: readonly string[], attachments: readonly DrainAttachment[]): Text {
  const words = volumes.map((name) => {
    const attachment = attachments.find(({ volume, uniqueName }) => name === (volume ?? uniqueName))
    const { since, detachError } = attachment ?? {}
    const about = [since, detachError].filter((part) => part !== undefined).join(', ')
    return about === '' ? name : `${name} (${about})`
  })
  const few = fewNames(words)
  return { en: `volumes are still attached: ${few}`, zh: `卷仍未分离：${few}` }
}
