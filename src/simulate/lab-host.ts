import type { MachineFault } from './machine-spans.ts'
import type { Edit } from './recording.ts'
import { seededHex } from './seeded.ts'

/** One host of a lab or of the demo: a recording under another name, with what is different about it. */
export interface LabHost {
  name: string
  recording: string
  labels: Readonly<Record<string, string>>
  /** A node of the lab's cluster. */
  isNode?: boolean
  /** `down` = nobody listens; `key-changed` = it shows another host key than known_hosts has. */
  fault?: 'down' | 'key-changed'
  /** What goes wrong when it is installed. */
  machineFault?: MachineFault | undefined
}

/** Files that a machine has from the beginning, of which nothing else has a copy: path below its root, and content. */
export type LabFiles = Readonly<Record<string, string>>

/** Where the mail relay of the lab keeps on each node what it has not sent yet. */
export const spoolPath = '/var/lib/mail-relay'

/** What lies there, so that something would be lost with the disk. */
export function spooledFiles({ name }: LabHost, seed: number): LabFiles {
  const lines = Array.from(
    { length: 200 },
    (_, index) => `${index} ${seededHex(`${seed} ${name} ${index}`, 48)}\n`,
  )
  return {
    [`${spoolPath}/position.json`]: `{"host":"${name}","sent":200}\n`,
    [`${spoolPath}/spool/0001.msg`]: lines.slice(0, 100).join(''),
    [`${spoolPath}/spool/0002.msg`]: lines.slice(100).join(''),
  }
}

/** The identity that a recorded answer shows: it becomes the host's own. */
export interface RecordedIdentity {
  machineId: string
  bootId: string
  productUuid: string
  address: string
}

/** Reads it in the answer of a recording. Throws when it is not there: it is our own data. */
export function recordedIdentity(answer: string, recording: string): RecordedIdentity {
  const found = (pattern: RegExp): string => {
    const value = pattern.exec(answer)?.[1]
    if (value === undefined) throw new Error(`the recording ${recording} does not show ${String(pattern)}`)
    return value
  }
  return {
    machineId: found(/^\/etc\/machine-id\0([0-9a-f]{32})$/m),
    bootId: found(/^\/proc\/sys\/kernel\/random\/boot_id\0(\S+)$/m),
    productUuid: found(/^\/sys\/class\/dmi\/id\/product_uuid\0(\S+)$/m),
    address: found(new RegExp(`^/etc/hosts\\0(\\S+) ${recording}\\.`, 'm')),
  }
}

/** What makes a recorded answer the host's own. */
export function identityEdits(
  { name, recording }: LabHost,
  { recorded, own }: { recorded: RecordedIdentity; own: RecordedIdentity },
): Edit[] {
  return [
    { from: recording, to: name },
    { from: recorded.machineId, to: own.machineId },
    { from: recorded.bootId, to: own.bootId },
    { from: recorded.productUuid, to: own.productUuid },
    { from: recorded.address, to: own.address },
  ]
}

/** The address of a host within the network of the recordings, which nothing listens on. */
export function labAddress(index: number): string {
  const place = index + 20
  return `10.20.${1 + Math.floor(place / 250)}.${place % 250 || 250}`
}
