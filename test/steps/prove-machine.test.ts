import { describe, expect, it } from 'vitest'
import { failureOf } from '../../src/model/step-error.ts'
import { requireFacts, requireNode, type Machine } from '../../src/steps/prove-machine.ts'

const [one, other] = ['1'.repeat(32), '2'.repeat(32)]
const [boot, later] = ['11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555']
const board = '4c4c4544-0042-4a10-8052-b4c04f4d3232'
const told: Machine = { machineId: one, bootId: boot, productUuid: board }

function codeOf(work: () => void): string {
  try {
    work()
    return 'proven'
  } catch (error) {
    const failure = failureOf(error)
    return `${failure.class} ${failure.code}`
  }
}

describe('the host of a node', () => {
  it.each<[string, Partial<Machine>, Partial<Machine>, string]>([
    ['is the same installation in the same boot', {}, {}, 'proven'],
    ['is another installation', { machineId: other }, {}, 'config HOST_IS_ANOTHER'],
    ['is a clone: the same machine id in another boot', { bootId: later }, {}, 'transient HOST_BOOT_DIFFERS'],
    ['does not tell its machine id', { machineId: undefined }, {}, 'config HOST_NOT_PROVEN'],
    ['does not tell its boot', { bootId: undefined }, {}, 'config HOST_NOT_PROVEN'],
    ['belongs to a node that tells no machine id', {}, { machineId: undefined }, 'config HOST_NOT_PROVEN'],
    ['belongs to a node that tells no boot', {}, { bootId: undefined }, 'config HOST_NOT_PROVEN'],
  ])('%s', (...[, host, node, code]) => {
    const expected = { by: 'the node node-1', ...told, productUuid: undefined, ...node }
    expect(codeOf(() => requireNode('node-1', { ...told, ...host }, expected))).toBe(code)
  })
})

describe('a host that is no node', () => {
  it.each<[string, Partial<Machine>, { isProvisioned: boolean; uuid?: string }, string]>([
    [
      'has the machine id of its facts, in whatever boot',
      { bootId: later },
      { isProvisioned: false },
      'proven',
    ],
    ['has another one', { machineId: other }, { isProvisioned: false }, 'config HOST_IS_ANOTHER'],
    [
      'has another one on the same hardware, replaced by this run',
      { machineId: other },
      { isProvisioned: true },
      'proven',
    ],
    [
      'has another one on other hardware, replaced by this run',
      { machineId: other, productUuid: board.replace('4c', '5c') },
      { isProvisioned: true },
      'config HOST_IS_ANOTHER',
    ],
    [
      'does not tell its hardware',
      { machineId: other, productUuid: undefined },
      { isProvisioned: true },
      'config HOST_IS_ANOTHER',
    ],
    [
      'has an id of hardware that many have',
      { machineId: other, productUuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
      { isProvisioned: true, uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
      'config HOST_IS_ANOTHER',
    ],
  ])('%s', (...[, host, { isProvisioned, uuid = board }, code]) => {
    const expected = { by: 'its facts', ...told, bootId: undefined, productUuid: uuid }
    expect(codeOf(() => requireFacts('h', { ...told, ...host }, { expected, isProvisioned }))).toBe(code)
  })

  it('is told apart without giving its whole id away', () => {
    const expected = { by: 'its facts', ...told }
    const work = (): void =>
      requireFacts('h', { ...told, machineId: other }, { expected, isProvisioned: false })
    expect(work).toThrow(
      'h: another machine answers at its address: it has the machine id 22222222…, its facts 11111111…',
    )
  })
})
