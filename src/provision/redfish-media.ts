import { redfishFailure } from './redfish-failure.ts'
import { Manager, VirtualMedia, type ComputerSystem } from './redfish-schemas.ts'
import type { Bmc } from './redfish-session.ts'
import { membersOf } from './redfish-system.ts'

/** A drive of the BMC, and what is in it. */
export interface Drive {
  uri: string
  media: VirtualMedia
}

/**
 * The drive for a CD of this machine that has the image, or is empty. Throws `config` when there is none: what somebody else has put
 * in is left in.
 */
export async function driveFor(bmc: Bmc, system: ComputerSystem, image: string): Promise<Drive> {
  const drives: Drive[] = []
  for (const collection of await placesOf(bmc, system))
    for (const uri of await membersOf(bmc, collection)) {
      const { data: media } = await bmc.read(uri, VirtualMedia)
      const isCd = media.MediaTypes?.some((type) => type === 'CD' || type === 'DVD') ?? false
      if (isCd && media.Actions?.['#VirtualMedia.InsertMedia'] !== undefined) drives.push({ uri, media })
    }
  const drive = drives.find(({ media }) => has(media, image)) ?? drives.find(({ media }) => isEmpty(media))
  if (drive !== undefined) return drive
  const why =
    drives.length === 0
      ? 'has no drive for a CD'
      : 'has something else in its drives for CDs: eject it there first'
  throw redfishFailure('config', `the BMC ${bmc.host} ${why}`, 'MEDIA')
}

/** Puts the image in, unless it is. */
export async function insert(bmc: Bmc, { uri, media }: Drive, image: string): Promise<void> {
  const target = media.Actions?.['#VirtualMedia.InsertMedia']?.target
  if (has(media, image) || target === undefined) return
  await bmc.change({
    method: 'POST',
    uri: target,
    body: { Image: image, Inserted: true, WriteProtected: true },
  })
  const { data } = await bmc.read(uri, VirtualMedia)
  if (has(data, image)) return
  throw redfishFailure('config', `the BMC ${bmc.host} has taken ${image} and does not have it`, 'MEDIA')
}

/** Takes the image out, when it is in. */
export async function eject(bmc: Bmc, { media }: Drive, image: string): Promise<void> {
  const target = media.Actions?.['#VirtualMedia.EjectMedia']?.target
  if (!has(media, image) || target === undefined) return
  await bmc.change({ method: 'POST', uri: target, body: {} })
}

function has({ Image, Inserted }: VirtualMedia, image: string): boolean {
  return Inserted === true && Image === image
}

function isEmpty({ Image, Inserted }: VirtualMedia): boolean {
  return Inserted !== true && (Image ?? '') === ''
}

/** Newer BMCs have them at the system, older ones at the manager of it. */
async function placesOf(bmc: Bmc, { VirtualMedia: own, Links }: ComputerSystem): Promise<string[]> {
  if (own) return [own['@odata.id']]
  const places: string[] = []
  for (const link of Links?.ManagedBy ?? []) {
    const { data } = await bmc.read(link['@odata.id'], Manager)
    if (data.VirtualMedia) places.push(data.VirtualMedia['@odata.id'])
  }
  return places
}
