import { PlannedProvision } from '../model/parameters-replace.ts'
import { StepError } from '../model/step-error.ts'
import { commandProvider } from '../provision/command-provider.ts'
import type { ProvisionStepPorts } from '../steps/step-provision.ts'
import type { RunWorld } from './run-world.ts'

/** From SIGTERM to SIGKILL for a program of the team that is to end. */
const graceMs = 20_000

/** The ways to give a host its new system, chosen by the parameters of the step. */
export function provisionPorts({ context }: Pick<RunWorld, 'context'>): ProvisionStepPorts {
  return {
    clock: context.clock,
    provisioner(given) {
      const parameters = PlannedProvision.parse(given)
      if (parameters.provider === 'command')
        return commandProvider(parameters, { variables: context.env, graceMs })
      throw new StepError('config', `this osferry has no provider ${String(parameters.provider)}`, {
        code: 'PROVIDER_UNKNOWN',
      })
    },
  }
}
