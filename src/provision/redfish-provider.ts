import { setTimeout as sleep } from 'node:timers/promises'
import type { RedfishParameters } from '../model/bmc-settings.ts'
import type { ProvisionOptions, Provisioner, ProvisionRequest } from '../model/provisioner-port.ts'
import type { RedfishStart, RedfishStarts } from '../model/redfish-start.ts'
import { clearOverride, overrideOf, requireBootable, resetFor, setOverride } from './redfish-boot.ts'
import type { BmcLogin } from './redfish-client.ts'
import { redfishFailure } from './redfish-failure.ts'
import type { ExpectedHardware } from './redfish-machine.ts'
import { driveFor, eject, insert } from './redfish-media.ts'
import { withBmc, type Bmc } from './redfish-session.ts'
import { findSystem, readSystem, type FoundSystem } from './redfish-system.ts'
import { isTaken } from './redfish-taken.ts'

export interface RedfishPorts {
  /** The BMC of a host, with what its references point to now. */
  login: (host: string) => Promise<BmcLogin>
  /** By the facts of a host; throws when there are none. */
  hardware: (host: string) => Promise<ExpectedHardware>
  starts: RedfishStarts
  /** 3 s where people wait. */
  lookEveryMs: number
}

interface At {
  bmc: Bmc
  found: FoundSystem
  signal: AbortSignal
}

const longestStartMs = 5 * 60_000

/**
 * Starts a machine once from the network or a medium, by its BMC; whatever is started there replaces the system. Done when the machine
 * was restarted so and is on: whether the new system came up is what `node.wait-ready` and `node.verify-os` look at. Nothing is asked of a
 * machine that was restarted for the same token already. There is no way back: Redfish knows nothing of what is on a disk.
 */
export function redfishProvider(
  parameters: RedfishParameters,
  { login, hardware, starts, lookEveryMs }: RedfishPorts,
): Provisioner {
  const { bmc: name, boot, image, restart } = parameters

  async function at<T>(
    { host }: ProvisionRequest,
    options: ProvisionOptions,
    work: (at: At) => Promise<T>,
  ): Promise<T> {
    const expected = await hardware(host)
    return await withBmc(await login(host), options, async (bmc, signal) => {
      const found = await findSystem(bmc, { host, expected })
      return await work({ bmc, found, signal })
    })
  }

  async function taken({ host, token }: ProvisionRequest, { found }: At): Promise<boolean> {
    const start = await starts.read(host)
    const is = isTaken(start, token, { system: found.system, boot })
    if (is === 'unknown')
      throw redfishFailure(
        'config',
        `nobody can tell whether ${host} was restarted: osferry was ended while it asked for that, and the BMC keeps the override for good. Look at its console; when the old system runs, switch the machine off at the BMC and try again`,
        'RESTART_UNKNOWN',
      )
    return is === 'taken'
  }

  /**
   * Each note is on the disk before what it tells of. Where a restart may have been asked for already, the override that is there still is
   * the proof that nothing has started: it is not set anew, or it would be there again when a machine has.
   */
  async function begin({ host, run, token }: ProvisionRequest, { bmc, found, signal }: At): Promise<void> {
    const note = async (stage: RedfishStart['stage'], lastResetTime: string | null): Promise<void> =>
      await starts.write({ host, run, token, stage, lastResetTime })
    const known = await starts.read(host)
    const isAsking = known?.token === token && known.stage === 'asking'
    if (!isAsking) await note('begun', null)
    if (!isAsking && image !== undefined) await insert(bmc, await driveFor(bmc, found.system, image), image)
    const set = isAsking ? found : await setOverride(bmc, found, { ...parameters, lookEveryMs, signal })
    const { target, type } = await resetFor(bmc, set.system, restart)
    const lastResetTime = isAsking ? known.lastResetTime : (set.system.LastResetTime ?? null)
    if (!isAsking) await note('asking', lastResetTime)
    await bmc.change({ method: 'POST', uri: target, body: { ResetType: type } })
    await note('asked', lastResetTime)
  }

  /** A machine that is off installs nothing. */
  async function untilOn({ host }: ProvisionRequest, { bmc, found, signal }: At): Promise<void> {
    const over = Date.now() + longestStartMs
    while (Date.now() < over) {
      const { system } = await readSystem(bmc, found.uri)
      if (system.PowerState === 'On') return
      await sleep(lookEveryMs, undefined, { signal })
    }
    throw redfishFailure(
      'transient',
      `${host} is not on ${longestStartMs / 60_000} minutes after its restart`,
      'NOT_ON',
    )
  }

  return {
    name: `redfish ${name}`,
    whyNoRollback: 'a BMC does not know what is on a disk, nor can it tell which system has started',
    async observe(request, options) {
      return await at(request, options, async (here) => {
        const { bmc, found } = here
        if (await taken(request, here)) return found.system.PowerState === 'On' ? 'done' : 'todo'
        requireBootable(bmc, found.system, boot)
        await resetFor(bmc, found.system, restart)
        if (image !== undefined) await driveFor(bmc, found.system, image)
        return 'todo'
      })
    },
    async act(request, options) {
      await at(request, options, async (here) => {
        if (!(await taken(request, here))) await begin(request, here)
        await untilOn(request, here)
      })
    },
    async verify(request, options) {
      await at(request, options, async (here) => {
        if ((await taken(request, here)) && here.found.system.PowerState === 'On') return
        throw redfishFailure('config', `${request.host} was not restarted, or is off`, 'NOT_DONE')
      })
    },
    async undo(request, options) {
      const start = await starts.read(request.host)
      if (start?.token !== request.token) return
      await at(request, options, async (here) => {
        const { bmc, found } = here
        if (await taken(request, here))
          throw redfishFailure('config', `${request.host} was restarted already`, 'TOO_LATE')
        if (overrideOf(found.system.Boot, boot) !== 'none') await clearOverride(bmc, found)
        if (image !== undefined) await eject(bmc, await driveFor(bmc, found.system, image), image)
      })
    },
  }
}
