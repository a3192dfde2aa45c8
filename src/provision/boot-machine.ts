/** What a machine is known by before it has a system; null = not known. */
export interface BootMachine {
  macs: readonly string[]
  uuid: string | null
  serial: string | null
  machineId: string | null
}

/**
 * True when nothing that a request tells of its machine is otherwise than it is known: `mac`, `uuid`, `serial` and `machine-id` in
 * the query. What is not told, or is empty as loaders have it, and what is not known, says nothing.
 */
export function isMachineOf(query: URLSearchParams, machine: BootMachine): boolean {
  return !compared(query, machine).includes('other')
}

/** True when, beyond that, something that is told is known. */
export function isToldMachine(query: URLSearchParams, machine: BootMachine): boolean {
  return isMachineOf(query, machine) && compared(query, machine).includes('same')
}

function compared(query: URLSearchParams, machine: BootMachine): ('same' | 'other' | 'silent')[] {
  const { macs, uuid, serial, machineId } = machine
  const known = { mac: macs, uuid: [uuid], serial: [serial], 'machine-id': [machineId] }
  return Object.entries(known).map(([name, values]) => {
    const told = plain(query.get(name) ?? '')
    const plains = values.map((value) => plain(value ?? '')).filter((value) => value !== '')
    if (told === '' || plains.length === 0) return 'silent'
    return plains.includes(told) ? 'same' : 'other'
  })
}

/** Letters and digits: iPXE writes `52-54-00-12-34-56` for `52:54:00:12:34:56`, and leaves the `+` of a serial as it is. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
