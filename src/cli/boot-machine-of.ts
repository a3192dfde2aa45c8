import type { HostFacts } from '../model/facts.ts'
import { ownSerial, ownUuid } from '../model/hardware-numbers.ts'
import type { BootMachine } from '../provision/boot-machine.ts'

/** What the machine of saved facts is known by before it has a system. */
export function bootMachineOf({ facts: { nics, hardware, machineId } }: HostFacts): BootMachine {
  const interfaces = nics?.status === 'ok' ? nics.value.interfaces : []
  const macs = interfaces.flatMap(({ kind, mac, permanentMac }) =>
    kind === 'physical' ? [permanentMac, mac] : [],
  )
  const known = hardware?.status === 'ok' ? hardware.value : undefined
  return {
    macs: [...new Set(macs)].filter((mac) => mac !== null),
    // What every board of a model says tells no machine.
    uuid: ownUuid(known?.uuid) ?? null,
    serial: ownSerial(known?.serial) ?? null,
    machineId: machineId?.status === 'ok' ? machineId.value.id : null,
  }
}
