import { readLabFile } from '../inventory/lab-file.ts'
import { PlannedProvision } from '../model/parameters-replace.ts'
import { commandProvider } from '../provision/command-provider.ts'
import { labProvider } from '../provision/lab-provider.ts'
import { redfishProvider } from '../provision/redfish-provider.ts'
import type { ProvisionStepPorts } from '../steps/step-provision.ts'
import type { ProgramMarks } from './program-marks.ts'
import { programNotes } from './program-notes.ts'
import { redfishPorts } from './run-ports-redfish.ts'
import type { RunWorld } from './run-world.ts'
import { labPath } from './state-paths.ts'

/** From SIGTERM to SIGKILL for a program of the team that is to end. */
const graceMs = 20_000

/** The ways to give a host its new system, chosen by the parameters of the step. */
export function provisionPorts(
  world: Pick<RunWorld, 'context' | 'hosts'>,
  marks?: ProgramMarks,
): Pick<ProvisionStepPorts, 'clock' | 'provisioner'> {
  const { context } = world
  return {
    clock: context.clock,
    provisioner(given) {
      const parameters = PlannedProvision.parse(given)
      if (parameters.provider === 'lab') return labProvider({ access: () => readLabFile(labPath(context)) })
      if (parameters.redfish !== undefined)
        return redfishProvider(parameters.redfish, redfishPorts(world, parameters.redfish))
      return commandProvider(parameters, {
        variables: context.env,
        graceMs,
        programs: programNotes(context, marks),
      })
    },
  }
}
