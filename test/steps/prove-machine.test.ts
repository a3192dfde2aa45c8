import { describe, expect, it } from 'vitest'
import { failureOf } from '../../src/model/step-error.ts'
import { requireFacts, requireNode, requireOwnName, type Machine } from '../../src/steps/prove-machine.ts'

const [one, other] = ['1'.repeat(32), '2'.repeat(32)]
const [boot, later] = ['11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555']
const board = '4c4c4544-0042-4a10-8052-b4c04f4d3232'
const told: Machine = { machineId: one, bootId: boot, productUuid: board, hostname: undefined }

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
      'is a clone: the same machine id on other hardware',
      { productUuid: board.replace('4c', '5c') },
      { isProvisioned: false },
      'config HOST_IS_ANOTHER',
    ],
    [
      'is a clone: the same machine id under another name',
      { hostname: 'web-2' },
      { isProvisioned: false },
      'config HOST_IS_ANOTHER',
    ],
    ['has its name with a domain', { hostname: 'WEB-1.example.com' }, { isProvisioned: false }, 'proven'],
    ['has another name since it was replaced', { hostname: 'new' }, { isProvisioned: true }, 'proven'],
    ['tells no hardware', { productUuid: undefined }, { isProvisioned: false }, 'proven'],
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
    const expected = { by: 'its facts', ...told, bootId: undefined, productUuid: uuid, hostname: 'web-1' }
    expect(codeOf(() => requireFacts('h', { ...told, ...host }, { expected, isProvisioned }))).toBe(code)
  })

  it('is told with the name that it has', () => {
    const expected = { by: 'its facts', ...told }
    const answer = { ...told, machineId: other, hostname: 'web-2' }
    expect(() => requireFacts('h', answer, { expected, isProvisioned: false })).toThrow(
      'h: another machine answers at its address: it calls itself web-2 and has the machine id 22222222…, its facts 11111111…',
    )
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

describe('a host that calls itself', () => {
  const names = { own: ['web-1', 'host-1'], others: ['web-2.shop', 'web-3'] }
  it.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'proven'],
    ['as its node', 'web-1.example.com', 'proven'],
    ['as its host', 'HOST-1', 'proven'],
    ['as nobody in the plan', 'localhost', 'proven'],
    ['as another node', 'web-3', 'config HOST_IS_ANOTHER'],
    ['as another node, without its domain', 'web-2', 'config HOST_IS_ANOTHER'],
  ])('%s', (_, hostname, code) => {
    expect(codeOf(() => requireOwnName('h', { ...told, hostname }, names))).toBe(code)
  })
})
