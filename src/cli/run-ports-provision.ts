import { readLabFile } from '../inventory/lab-file.ts'
import { PlannedProvision } from '../model/parameters-replace.ts'
import { commandProvider } from '../provision/command-provider.ts'
import { labProvider } from '../provision/lab-provider.ts'
import type { ProvisionStepPorts } from '../steps/step-provision.ts'
import type { ProgramMarks } from './program-marks.ts'
import { programNotes } from './program-notes.ts'
import type { RunWorld } from './run-world.ts'
import { labPath } from './state-paths.ts'

/** From SIGTERM to SIGKILL for a program of the team that is to end. */
const graceMs = 20_000

/** The ways to give a host its new system, chosen by the parameters of the step. */
export function provisionPorts(
  { context }: Pick<RunWorld, 'context'>,
  marks?: ProgramMarks,
): Pick<ProvisionStepPorts, 'clock' | 'provisioner'> {
  return {
    clock: context.clock,
    provisioner(given) {
      const parameters = PlannedProvision.parse(given)
      if (parameters.provider === 'lab') return labProvider({ access: () => readLabFile(labPath(context)) })
      return commandProvider(parameters, {
        variables: context.env,
        graceMs,
        programs: programNotes(context, marks),
      })
    },
  }
}
