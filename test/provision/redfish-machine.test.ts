import { describe, expect, it } from 'vitest'
import { isMachine } from '../../src/provision/redfish-machine.ts'

const uuid = '00112233-4455-6677-8899-aabbccddeeff'
const filler = 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'

describe('isMachine', () => {
  it.each([
    ['the same UUID in other letters', { UUID: uuid.toUpperCase() }, { uuid }, 'same'],
    [
      'the first three fields the other way round',
      { UUID: '33221100-5544-7766-8899-aabbccddeeff' },
      { uuid },
      'same',
    ],
    ['all fields the other way round', { UUID: '33221100-5544-7766-9988-ffeeddccbbaa' }, { uuid }, 'other'],
    [
      'another UUID with the same serial number',
      { UUID: `${uuid.slice(0, -1)}0`, SerialNumber: 'A1' },
      { uuid, serial: 'A1' },
      'other',
    ],
    [
      'the serial number where the UUID is a filler',
      { UUID: filler, SerialNumber: 'A1' },
      { uuid: filler, serial: 'a1 ' },
      'same',
    ],
    [
      'the service tag, which DMI calls the serial number',
      { SerialNumber: 'CN7016', SKU: 'J4XQ2X3' },
      { serial: 'J4XQ2X3' },
      'same',
    ],
    ['another serial number', { SerialNumber: 'A1' }, { serial: 'A2' }, 'other'],
    [
      'two fillers',
      { UUID: filler, SerialNumber: 'To be filled by O.E.M.' },
      { uuid: filler, serial: 'To be filled by O.E.M.' },
      'unknown',
    ],
    ['a UUID here and a serial number there', { UUID: uuid }, { serial: 'A1' }, 'unknown'],
  ] as const)('%s', (...[, system, hardware, is]) => {
    expect(isMachine(system, { uuid: undefined, serial: undefined, ...hardware })).toBe(is)
  })
})
