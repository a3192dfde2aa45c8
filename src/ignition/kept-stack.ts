import type { FactValue } from '../model/facts.ts'
import { groupMembers, groupOf, volumeOf } from '../model/volume-groups.ts'
import { devicesBelow } from '../model/disk-tree.ts'
import { needFact, oneOf, refuseUnfit, type IgnitionRequest } from './request.ts'
import { isPlainDevice } from './storage-devices.ts'

type Device = FactValue<'disks'>['devices'][number]

/** What the new system sets up before it can mount a file system that is preserved; nothing of it is ever made anew. */
export interface KeptStack {
  arrays: KeptArray[]
  volumes: KeptVolume[]
  containers: KeptContainer[]
}

/** An array of md. */
export interface KeptArray {
  /** `md0`. */
  name: string
  /** As mdadm writes it: four groups of eight hex digits. */
  uuid: string
}

/** A logical volume. */
export interface KeptVolume {
  group: string
  name: string
  /** UUIDs of the physical volumes of its group. */
  members: string[]
}

/** An encrypted container, opened by a file that is no part of what is made here. */
export interface KeptContainer {
  name: string
  uuid: string
  keyFile: string
}

interface Stacked {
  device: Device
  devices: readonly Device[]
  /** What is to be preserved, for the reason. */
  what: string
}

/** What lies between a file system and its disks; refuses what the new system is not told how to set up. */
export function keptStack(request: IgnitionRequest, { device, devices, what }: Stacked): KeptStack {
  const stack: KeptStack = { arrays: [], volumes: [], containers: [] }
  for (const layer of devicesBelow(devices, device.name)) {
    const stacked = { device: layer, devices, what }
    if (/^(raid\d+|linear)$/.test(layer.type)) stack.arrays.push(keptArray(request, stacked))
    else if (layer.type === 'crypt') stack.containers.push(keptContainer(request, stacked))
    else if (layer.type === 'lvm') stack.volumes.push(keptVolume(request, stacked))
    else if (!isPlainDevice(layer))
      refuseUnfit(
        request,
        `${what}, and ${layer.path} (${layer.type}) lies below it, which osferry sets up on no new system: park it`,
      )
  }
  if (new Set(stack.volumes.map(({ group }) => group)).size > 1)
    refuseUnfit(request, `${what}, and a volume group lies on a volume of another one below it: park it`)
  return stack
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function keptArray(request: IgnitionRequest, { device, devices, what }: Stacked): KeptArray {
  const { name, parents } = device
  const on = `${what}, and it lies on the array ${name}`
  const members = devices.filter((one) => parents.includes(one.name))
  const [uuid] = members.map((member) => member.uuid?.toLowerCase() ?? '')
  // Arrays of firmware have another form, and need programs of their own.
  const isOwn = members.every(({ fstype }) => fstype === 'linux_raid_member')
  if (uuid === undefined || !uuidForm.test(uuid) || !isOwn || !/^md\d+$/.test(name))
    return refuseUnfit(request, `${on}, which is not known by the UUID of its members: park it`)
  const holders = devices.filter((one) => one.uuid?.toLowerCase() === uuid)
  const strange = holders.filter((one) => !members.includes(one)).map(({ path }) => path)
  if (strange.length > 0 || holders.length < members.length)
    refuseUnfit(
      request,
      `${on}, of which not every member, or more than those, has its UUID: ${strange.join(', ')}`,
    )
  const state = needFact(request, 'raid').arrays.find((array) => array.name === name)
  if (state?.state !== 'active' || state.degraded)
    refuseUnfit(request, `${on}, which is not whole: repair it before its host is moved`)
  needProgram(request, 'mdadm', on)
  return { name, uuid: uuid.replaceAll('-', '').replace(/.{8}(?=.)/g, '$&:') }
}

const lvmName = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,127}$/
/** What LVM maps without programs that no profile tells of. */
const plainSegments: ReadonlySet<string | null> = new Set(['linear', 'striped'])

function keptVolume(request: IgnitionRequest, { device, devices, what }: Stacked): KeptVolume {
  const lvm = needFact(request, 'lvm')
  const group = groupOf(device, lvm)
  const volume = volumeOf(device, lvm)
  if (group === undefined || volume === undefined)
    return refuseUnfit(
      request,
      `${what}, and it lies on ${device.path}, a volume that LVM does not tell of: park it`,
    )
  const on = `${what}, and it lies on the volume group ${group}`
  if (!plainSegments.has(volume.segmentType))
    refuseUnfit(request, `${on} as a volume of the kind ${volume.segmentType ?? 'unknown'}: park it`)
  const members = groupMembers(group, devices, lvm).flatMap((member) =>
    member?.fstype === 'LVM2_member' && /^[0-9A-Za-z-]{38}$/.test(member.uuid ?? '')
      ? [member.uuid ?? '']
      : [],
  )
  const all = lvm.physicalVolumes.filter(({ volumeGroup }) => volumeGroup === group)
  if (members.length < all.length)
    refuseUnfit(
      request,
      `${on}, of which a disk is missing or has no UUID: repair it before its host is moved`,
    )
  needProgram(request, 'lvm', on)
  return {
    group: oneOf(lvmName, group, `a volume group of ${request.node.name}`),
    name: oneOf(lvmName, volume.name, `a volume of ${group}`),
    members,
  }
}

const containerName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/

function keptContainer(request: IgnitionRequest, { device, devices, what }: Stacked): KeptContainer {
  const name = device.path.replace(/^\/dev\/mapper\//, '')
  const on = `${what}, and it lies in the encrypted container ${name}`
  const [parent] = devices.filter((one) => device.parents.includes(one.name))
  const uuid = parent?.fstype === 'crypto_LUKS' ? (parent.uuid ?? '') : ''
  if (!/^[0-9a-f-]{4,64}$/i.test(uuid) || devices.filter((one) => one.uuid === uuid).length > 1)
    refuseUnfit(request, `${on}, which is not known by a UUID of LUKS that no other device has: park it`)
  needProgram(request, 'cryptsetup', on)
  return {
    name: oneOf(containerName, name, `a container of ${request.node.name}`),
    uuid,
    keyFile: keyFileOf(request, name, on),
  }
}

/** The key is fetched by the machine itself: a configuration with the key in it would tell it to whoever reads that. */
function keyFileOf(request: IgnitionRequest, name: string, on: string): string {
  const { settings, ownConfig } = request
  const keyFile = settings.luks.find(({ container }) => container === name)?.keyFile
  if (keyFile === undefined)
    return refuseUnfit(
      request,
      `${on}: name the file that opens it (luks: [{ container: ${name}, keyFile: PATH }])`,
    )
  const file = ownConfig?.storage?.files?.find(({ path }) => path === keyFile)
  const isPrivate = typeof file?.mode === 'number' && (file.mode & 0o077) === 0
  if (file?.contents?.source?.startsWith('https://') !== true || !isPrivate)
    refuseUnfit(request, `${on}: ownConfig has to bring ${keyFile} from an https:// URL, with mode 0600`)
  return keyFile
}

/** The image has the program that sets something up, and somebody has said so. */
function needProgram(request: IgnitionRequest, program: 'mdadm' | 'lvm' | 'cryptsetup', on: string): void {
  const { name, packages } = request.profile
  const field = packages[program]
  if ('unknown' in field)
    return refuseUnfit(
      request,
      `${on}: whether ${name} has ${program} is not known (packages.${program}: ${field.unknown})`,
    )
  if (!field.value) refuseUnfit(request, `${on}, and the image of ${name} has no ${program}: park it`)
}
