import { StepError } from '../model/step-error.ts'

/** Why a BMC could not be used; its code begins with `PROVISION_REDFISH_`. */
export function redfishFailure(
  failureClass: 'config' | 'transient' | 'unknown',
  message: string,
  code: string,
): StepError {
  return new StepError(failureClass, message, { code: `PROVISION_REDFISH_${code}` })
}
