import type { z } from 'zod'
import { byteText } from '../model/byte-text.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { NoParameters } from '../model/parameters-restore.ts'
import type { Host } from '../model/ports.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { hostAfter } from './after-replacement.ts'
import type { DataStepPorts, VolumeToRestore } from './data-ports.ts'
import type { EmptyNodePort } from './empty-node.ts'
import { parkedVolumes, parkMemory } from './parked-data.ts'
import { spacedOut } from './spaced-out.ts'
import { cordonedNode } from './step-ports.ts'

/** What the step that puts data back is given. The cluster is asked only when the plan has cordoned the node. */
export interface RestoreDataStepPorts extends DataStepPorts, Pick<EmptyNodePort, 'requireLeft'> {
  cluster: Cluster
}

type Context = StepContext<z.output<typeof NoParameters>, RestoreDataStepPorts>

/** Puts back every archive that data.park has made, and reads all of it again. What is whole already is not written again. */
export const restoreDataStep: Step<typeof NoParameters, RestoreDataStepPorts> = defineStep<
  typeof NoParameters,
  RestoreDataStepPorts
>({
  uses: 'data.restore',
  with: NoParameters,

  async observe(context) {
    if (parkMemory(context).archives.length === 0) return 'done'
    const { host } = await hostAfter(context)
    return (await isThere(context, host, { reads: true })) ? 'done' : 'todo'
  },

  async act(context) {
    const { ports, signal } = context
    await refuseUncordoned(context)
    // Before anybody cordoned it anew they may have begun there, on empty directories.
    await ports.requireLeft(context.node, signal)
    const { host } = await hostAfter(context)
    const open: VolumeToRestore[] = []
    // Looked at first: with something of somebody else in one of them, none is written.
    for (const restore of parkedVolumes(context, host))
      if ((await ports.archives.stateAt(restore, { reads: true, signal })) === 'open') open.push(restore)
    for (const restore of open) await putBack(context, restore)
  },

  async verify(context) {
    const { archives } = parkMemory(context)
    const none = { host: undefined, hostKey: undefined }
    const { host, hostKey } = archives.length === 0 ? none : await hostAfter(context)
    // All of it was read by `observe` or `act`; since then those who use it may have written.
    if (host !== undefined && !(await isThere(context, host, { reads: false })))
      throw new StepError('data', `what was put back on ${context.node.name} is gone again`, {
        code: 'DATA_GONE',
      })
    const sum = (of: 'files' | 'bytes'): number => archives.reduce((total, archive) => total + archive[of], 0)
    return {
      archives: archives.length,
      files: sum('files'),
      bytes: sum('bytes'),
      ...(hostKey === undefined ? {} : { hostKey }),
    }
  },
})

/** Pods that come to the node begin on empty directories. */
async function refuseUncordoned({ node: { name, steps }, ports, signal }: Context): Promise<void> {
  if (steps.some(({ uses }) => uses === 'cluster.cordon')) await cordonedNode(ports.cluster, name, signal)
}

async function isThere(context: Context, host: Host, { reads }: { reads: boolean }): Promise<boolean> {
  for (const restore of parkedVolumes(context, host)) {
    const state = await context.ports.archives.stateAt(restore, { reads, signal: context.signal })
    if (state === 'open') return false
  }
  return true
}

async function putBack(context: Context, restore: VolumeToRestore): Promise<void> {
  const { ports, signal } = context
  const { source } = restore.volume
  const since = ports.clock.now()
  const now = spacedOut(ports.clock)
  await ports.archives.restore(restore, {
    bytesPerSecond: parkMemory(context).bytesPerSecond,
    signal,
    onProgress({ phase, storedBytes, entries }): void {
      now(() => {
        const size = byteText(storedBytes)
        context.onWait(
          phase === 'send'
            ? { en: `for ${source} to be put back: ${size} sent`, zh: `正在恢复 ${source}：已发送 ${size}` }
            : {
                en: `for ${source} to be read again: ${entries} entries are right`,
                zh: `正在校验 ${source}：${entries} 个条目无误`,
              },
          since,
        )
      })
    },
  })
}
