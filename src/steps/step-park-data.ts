import type { z } from 'zod'
import { byteText } from '../model/byte-text.ts'
import { PlannedDataPark } from '../model/parameters-migrate.ts'
import { defineStep, type Step, type StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { hostAfter } from './after-replacement.ts'
import type { EmptyNodePort } from './empty-node.ts'
import type { DataStepPorts, ParkedVolume, VolumeToPark } from './data-ports.ts'
import { directoriesToPark, leftAlone, type ParkMemory } from './parked-data.ts'
import { spacedOut } from './spaced-out.ts'

/** What the step that parks is given. */
export interface ParkStepPorts extends DataStepPorts, EmptyNodePort {}

type Context = StepContext<z.output<typeof PlannedDataPark>, ParkStepPorts>

/**
 * Archives every directory of the node that the plan says to park; the rest of its data is left alone. An archive that is whole is
 * not made again. Nothing on the host is changed, so nothing is undone: the archives of a node that goes back stay in the store,
 * where `osferry data list` shows them, and a later try makes others.
 */
export const parkDataStep: Step<typeof PlannedDataPark, ParkStepPorts> = defineStep<
  typeof PlannedDataPark,
  ParkStepPorts
>({
  uses: 'data.park',
  with: PlannedDataPark,

  async observe(context) {
    for (const volume of volumesOf(context))
      if ((await context.ports.archives.parked(volume, context.signal)) === undefined) return 'todo'
    return 'done'
  },

  async act(context) {
    const { archives } = context.ports
    // What a pod writes after its directory was read is in no archive.
    await context.ports.requireEmpty(context.node, 'data.park', context.signal)
    for (const volume of volumesOf(context))
      if ((await archives.parked(volume, context.signal)) === undefined) await park(context, volume)
  },

  async verify(context) {
    const { store, maxBytesPerSecond } = context.parameters
    const parked: ParkedVolume[] = []
    for (const volume of volumesOf(context)) {
      const archive = await context.ports.archives.parked(volume, context.signal)
      if (archive === undefined)
        throw new StepError(
          'data',
          `the archive of ${volume.source} of ${volume.node} is gone from ${store}`,
          {
            code: 'ARCHIVE_GONE',
          },
        )
      parked.push(archive)
    }
    const rate = maxBytesPerSecond === undefined ? {} : { bytesPerSecond: maxBytesPerSecond }
    const memory: ParkMemory = { store, ...rate, archives: parked }
    return { ...memory, leftAlone: leftAlone(context.node.data) }
  },
})

async function park(context: Context, volume: VolumeToPark): Promise<void> {
  const { ports, parameters, signal } = context
  const { source } = volume
  const since = ports.clock.now()
  const now = spacedOut(ports.clock)
  const { host } = await hostAfter(context)
  await ports.archives.park(
    volume,
    {
      host,
      compression: parameters.compression,
      bytesPerSecond: parameters.maxBytesPerSecond,
      onProgress({ storedBytes, entries }): void {
        now(() => {
          const size = byteText(storedBytes)
          context.onWait(
            {
              en: `for the archive of ${source}: ${size} and ${entries} entries so far`,
              zh: `正在归档 ${source}：已有 ${size}、${entries} 个条目`,
            },
            since,
          )
        })
      },
    },
    signal,
  )
}

function volumesOf({ node, run, token, parameters }: Context): VolumeToPark[] {
  const { store } = parameters
  return directoriesToPark(node).map((directory) => ({
    ...directory,
    store,
    token,
    run: run.id,
    node: node.name,
  }))
}
