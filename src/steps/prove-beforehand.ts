import type { PlannedNode } from '../model/plan.ts'
import type { StepContext, StepMemory } from '../model/step.ts'
import { afterReplacement } from './after-replacement.ts'
import type { MachinePort } from './data-ports.ts'

/**
 * Proves the machine of a node whose system the plan replaces, before anything of the node is disturbed: `host.provision` would
 * refuse another one only after the drain. It proves it again: hours may lie between. Gives the host key that was accepted. On
 * the way back nothing is proven: the machine that is brought back may well answer nobody.
 */
export async function proveBeforehand(context: StepContext<unknown, MachinePort>): Promise<StepMemory> {
  const { node, ports, signal, isPastPointOfNoReturn } = context
  if (isPastPointOfNoReturn || !isToBeProven(node)) return {}
  const { hostKey } = await afterReplacement(
    context,
    async (after) => await ports.machineOf(node, signal, after),
  )
  return hostKey === undefined ? {} : { hostKey }
}

function isToBeProven({ steps }: PlannedNode): boolean {
  return steps.some(
    ({ uses, with: parameters }) => uses === 'host.provision' && parameters['machine'] !== 'as-listed',
  )
}
