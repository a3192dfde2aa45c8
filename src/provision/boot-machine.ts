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
  const told = (name: string): string => plain(query.get(name) ?? '')
  const agrees = (value: string, known: readonly (string | null)[]): boolean => {
    const values = known.flatMap((one) => (one === null || one === '' ? [] : [plain(one)]))
    return value === '' || values.length === 0 || values.includes(value)
  }
  return (
    agrees(told('mac'), machine.macs) &&
    agrees(told('uuid'), [machine.uuid]) &&
    agrees(told('serial'), [machine.serial]) &&
    agrees(told('machine-id'), [machine.machineId])
  )
}

/** iPXE writes `52:54:00:12:34:56` or, as `${mac:hexhyp}`, `52-54-00-12-34-56`. */
function plain(text: string): string {
  return text.trim().toLowerCase().replaceAll(/[-:]/g, '')
}
