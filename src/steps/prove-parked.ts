import { byteText } from '../model/byte-text.ts'
import { fewNames } from '../model/few-names.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { StepContext } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { hostAfter } from './after-replacement.ts'
import type { DataStepPorts, ParkedChange } from './data-ports.ts'
import { notTold } from './kept-failures.ts'
import { countEndMs } from './look-before.ts'
import { directoriesToPark, parkedVolumes } from './parked-data.ts'

/**
 * Proves that every directory that data.park has archived is as it was then, while there is a way back: what was written there since
 * is in no archive, and goes with the old system. Asks nobody when nothing was to be archived. Throws DATA_PARKED_DIFFERS and
 * DATA_KEPT_NOT_TOLD, for both of which another try archives anew, and what the host and the store throw.
 */
export async function proveParked(context: StepContext<unknown, DataStepPorts>): Promise<void> {
  const { node, run, ports, signal } = context
  if (!isParkedBefore(node) || directoriesToPark(node).length === 0) return
  const { host } = await hostAfter(context)
  const endMs = countEndMs(context)
  const wrong: string[] = []
  for (const restore of parkedVolumes(context, host)) {
    const seconds = Math.max(1, Math.floor((endMs - ports.clock.monotonicMs()) / 1000))
    const change = await ports.archives.changedSince(restore, { seconds, signal })
    const { target } = restore
    if (change === 'untold')
      throw notTold(
        `${target} of ${node.name} is as it was archived`,
        `its archive is of an earlier version; ${again(run.id, node)}`,
      )
    if (change !== undefined) wrong.push(`${target} ${textOf(change)}`)
  }
  if (wrong.length === 0) return
  throw new StepError(
    'config',
    `data of ${node.name} is not as it was archived, and nothing was replaced: ${fewNames(wrong)}; ${again(run.id, node)}`,
    { code: 'DATA_PARKED_DIFFERS' },
  )
}

function again(run: string, { name }: PlannedNode): string {
  return `archive it anew with osferry runs resume ${run} --retry ${name}`
}

function isParkedBefore({ steps }: PlannedNode): boolean {
  const names = steps.map(({ uses }) => uses)
  return names.slice(0, names.indexOf('host.provision')).includes('data.park')
}

function textOf({ was, now, changed }: ParkedChange): string {
  if (now === null) return 'is not there any more'
  const told = ({ entries, bytes }: ParkedChange['was']): string => `${entries} entries of ${byteText(bytes)}`
  const sizes =
    was.entries === now.entries && was.bytes === now.bytes
      ? 'was changed'
      : `had ${told(was)} and has ${told(now)}`
  return changed.length === 0 ? sizes : `${sizes} (changed since: ${fewNames(changed)})`
}
