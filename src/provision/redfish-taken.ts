import type { RedfishParameters } from '../model/bmc-settings.ts'
import type { RedfishStart } from '../model/redfish-start.ts'
import { overrideOf } from './redfish-boot.ts'
import type { ComputerSystem } from './redfish-schemas.ts'

/**
 * Whether the machine was restarted for this token, after a kill at any point.
 *
 * Redfish has no place for a token, so two things tell together. The note says what this project has done: it is on the disk with
 * `asking` before the restart is sent, and with `asked` when the BMC has taken it. Between both, nobody knows whether it was sent; the
 * override of the BMC tells: it was set before `asking`, and firmware takes an override for once away when it starts from it, before
 * anything that was loaded runs. So `once` still there = nothing was started yet, a restart (again) cuts nothing off; gone = the machine
 * has started. Where an override stays for good, the BMC's own time of the last reset tells, and a machine that is off runs
 * nothing. Without any of them it is `unknown`, and nobody restarts a machine that may be writing its disk.
 */
export function isTaken(
  start: RedfishStart | undefined,
  token: string,
  { system, boot }: { system: ComputerSystem; boot: RedfishParameters['boot'] },
): 'taken' | 'not-taken' | 'unknown' {
  if (start?.token !== token || start.stage === 'begun') return 'not-taken'
  if (start.stage === 'asked') return 'taken'
  const override = overrideOf(system.Boot, boot)
  if (override === 'once') return 'not-taken'
  if (override === 'none') return 'taken'
  if (system.PowerState === 'Off') return 'not-taken'
  if (start.lastResetTime === null || typeof system.LastResetTime !== 'string') return 'unknown'
  return start.lastResetTime === system.LastResetTime ? 'not-taken' : 'taken'
}
