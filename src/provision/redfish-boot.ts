import { setTimeout as sleep } from 'node:timers/promises'
import type { RedfishParameters } from '../model/bmc-settings.ts'
import { StepError } from '../model/step-error.ts'
import { redfishFailure } from './redfish-failure.ts'
import { ActionInfo, type Boot, type ComputerSystem } from './redfish-schemas.ts'
import type { Bmc } from './redfish-session.ts'
import { readSystem, type FoundSystem } from './redfish-system.ts'

const targets: Readonly<Record<RedfishParameters['boot'], string>> = {
  pxe: 'Pxe',
  cd: 'Cd',
  'usb-cd': 'UsbCd',
}
const modes = { uefi: 'UEFI', legacy: 'Legacy' } as const
/** Some BMCs show what they have taken a moment later. */
const looks = 10

/** How often a BMC is asked for what is to come. */
export interface Waiting {
  lookEveryMs: number
  signal: AbortSignal
}

/** `once` = at the next start, `stays` = at each start, `none` = something else or nothing is started. */
export function overrideOf(
  boot: Boot | null | undefined,
  wanted: RedfishParameters['boot'],
): 'once' | 'stays' | 'none' {
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target } = boot ?? {}
  if (target !== targets[wanted]) return 'none'
  return enabled === 'Once' ? 'once' : enabled === 'Continuous' ? 'stays' : 'none'
}

/** Throws when the BMC says that it cannot start what is wanted. */
export function requireBootable(
  bmc: Bmc,
  { Boot: boot }: ComputerSystem,
  wanted: RedfishParameters['boot'],
): void {
  const allowed = boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] ?? []
  if (boot !== null && boot !== undefined && (allowed.length === 0 || allowed.includes(targets[wanted])))
    return
  const some = allowed.length === 0 ? 'nothing' : allowed.join(', ')
  throw redfishFailure(
    'config',
    `the BMC ${bmc.host} cannot start ${targets[wanted]} once; it can start ${some}`,
    'BOOT_UNKNOWN',
  )
}

/**
 * Sets what is started next, and looks that the BMC has taken it. Throws `config`, with the override taken away again, for a BMC that
 * makes one for good of it, unless that is accepted.
 */
export async function setOverride(
  bmc: Bmc,
  found: FoundSystem,
  { boot, mode, overrideStays, lookEveryMs, signal }: RedfishParameters & Waiting,
): Promise<FoundSystem> {
  const body = {
    Boot: {
      BootSourceOverrideEnabled: 'Once',
      BootSourceOverrideTarget: targets[boot],
      ...(mode === undefined ? {} : { BootSourceOverrideMode: modes[mode] }),
    },
  }
  await patch(bmc, found, body)
  for (let look = 1; look <= looks; look += 1) {
    const now = await readSystem(bmc, found.uri)
    const is = overrideOf(now.system.Boot, boot)
    if (is === 'once' || (is === 'stays' && overrideStays === 'accept')) return now
    if (is === 'stays') {
      await clearOverride(bmc, now)
      throw redfishFailure(
        'config',
        `the BMC ${bmc.host} starts ${targets[boot]} not once, but at each start: the machine would be installed again and again; with overrideStays: accept somebody else has to see to that`,
        'OVERRIDE_STAYS',
      )
    }
    await sleep(lookEveryMs, undefined, { signal })
  }
  throw redfishFailure(
    'config',
    `the BMC ${bmc.host} has taken the start from ${targets[boot]} and does not show it`,
    'NOT_SET',
  )
}

/** The machine starts as it did before. */
export async function clearOverride(bmc: Bmc, found: FoundSystem): Promise<void> {
  await patch(bmc, found, {
    Boot: { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'None' },
  })
}

/** With the version that was read; somebody else may have written in between, so it is read once more. */
async function patch(bmc: Bmc, { uri, etag }: FoundSystem, body: object): Promise<void> {
  try {
    await bmc.change({ method: 'PATCH', uri, body, etag })
  } catch (error) {
    if (!(error instanceof StepError) || error.code !== 'PROVISION_REDFISH_CHANGED') throw error
    const now = await readSystem(bmc, uri)
    await bmc.change({ method: 'PATCH', uri, body, etag: now.etag })
  }
}

/** Ways to start a machine, the best first. */
const resets = {
  off: ['On', 'ForceOn'],
  force: ['ForceRestart', 'PowerCycle'],
  graceful: ['GracefulRestart'],
} as const

export interface Reset {
  target: string
  type: string
}

/** How the machine is started as it is now; throws when the BMC says that it cannot. */
export async function resetFor(
  bmc: Bmc,
  { PowerState: power, Actions }: ComputerSystem,
  restart: RedfishParameters['restart'],
): Promise<Reset> {
  const action = Actions?.['#ComputerSystem.Reset']
  if (action === undefined)
    throw redfishFailure('config', `the BMC ${bmc.host} cannot restart this system`, 'RESET_UNKNOWN')
  if (power !== 'On' && power !== 'Off')
    throw redfishFailure(
      'transient',
      `the machine at the BMC ${bmc.host} is neither on nor off: ${power ?? 'unknown'}`,
      'POWER',
    )
  const wanted: readonly string[] = resets[power === 'Off' ? 'off' : restart]
  const info = action['@Redfish.ActionInfo']
  const told = action['ResetType@Redfish.AllowableValues']
  const allowed = told ?? (info === undefined ? undefined : await allowedBy(bmc, info))
  const type = wanted.find((one) => allowed?.includes(one) ?? true)
  if (type !== undefined) return { target: action.target, type }
  throw redfishFailure(
    'config',
    `the BMC ${bmc.host} knows no ${wanted.join(' or ')}; it knows ${allowed?.join(', ')}`,
    'RESET_UNKNOWN',
  )
}

async function allowedBy(bmc: Bmc, uri: string): Promise<readonly string[] | undefined> {
  const { data } = await bmc.read(uri, ActionInfo)
  return data.Parameters?.find(({ Name }) => Name === 'ResetType')?.AllowableValues ?? undefined
}
