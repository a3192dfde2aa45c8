import { redfishFailure } from './redfish-failure.ts'
import { isMachine, type ExpectedHardware } from './redfish-machine.ts'
import { Collection, ComputerSystem } from './redfish-schemas.ts'
import type { Bmc } from './redfish-session.ts'

/** The machine of a host at its BMC, as it was read last. */
export interface FoundSystem {
  uri: string
  system: ComputerSystem
  etag: string | undefined
}

/** A BMC of a chassis knows the machines in it. */
const mostMembers = 100

/**
 * The one system of a BMC that is the machine of the host's facts. Throws `config` when there is none, more than one, or nobody can
 * tell: nothing is ever written to a machine that is not proven.
 */
export async function findSystem(
  bmc: Bmc,
  { host, expected }: { host: string; expected: ExpectedHardware },
): Promise<FoundSystem> {
  const found: FoundSystem[] = []
  let seen = 0
  let unknown = 0
  for (const uri of await membersOf(bmc, bmc.systems)) {
    const one = await readSystem(bmc, uri)
    const is = isMachine(one.system, expected)
    seen += 1
    if (is === 'unknown') unknown += 1
    if (is === 'same') found.push(one)
  }
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (found.length > 1)
    throw redfishFailure(
      'config',
      `the BMC ${bmc.host} has ${found.length} systems with the numbers of ${host}`,
      'NOT_PROVEN',
    )
  if (unknown > 0)
    throw redfishFailure(
      'config',
      `nobody can tell whether a system of the BMC ${bmc.host} is ${host}: its facts and the BMC have neither UUID nor serial number in common; collect again as root`,
      'NOT_PROVEN',
    )
  throw redfishFailure(
    'config',
    `none of the ${seen} systems of the BMC ${bmc.host} is ${host} by the UUID and serial number of its facts; check its label bmc in the inventory`,
    'OTHER_MACHINE',
  )
}

/** The same system, as it is now. */
export async function readSystem(bmc: Bmc, uri: string): Promise<FoundSystem> {
  const { data, etag } = await bmc.read(uri, ComputerSystem)
  return { uri, system: data, etag: usable(etag) ?? usable(data['@odata.etag']) }
}

/** Addresses of the members of a collection, which BMCs give in pages. Throws for one that does not end. */
export async function membersOf(bmc: Bmc, collection: string): Promise<string[]> {
  const members: string[] = []
  const pages = new Set<string>()
  for (let page: string | undefined = collection; page !== undefined;) {
    if (pages.has(page) || members.length > mostMembers)
      throw redfishFailure(
        'config',
        `the BMC ${bmc.host} lists more than ${mostMembers} members, or its pages do not end`,
        'ANSWER',
      )
    pages.add(page)
    const { data }: { data: Collection } = await bmc.read(page, Collection)
    members.push(...data.Members.map((link) => link['@odata.id']))
    page = data['Members@odata.nextLink']
  }
  return members
}

/** What may be sent back in a header. */
function usable(etag: string | undefined): string | undefined {
  return etag !== undefined && /^[\x21-\x7e]{1,500}$/.test(etag) ? etag : undefined
}
