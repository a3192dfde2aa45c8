import { describe, expect, it } from 'vitest'
import { isMachineOf } from '../../src/provision/boot-machine.ts'
import { isSecretOf, newBootToken, readBootToken } from '../../src/provision/boot-token.ts'
import { callsPerMinute } from '../../src/provision/calls-per-minute.ts'

describe('tokens of addresses', () => {
  it('have a secret of 256 bits, of which the record tells nothing but its sha256', () => {
    const token = newBootToken()
    const { id, secret } = readBootToken(token.text)!
    expect(id).toBe(token.id)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(isSecretOf(secret, token.verifier)).toBe(true)
    expect(isSecretOf(readBootToken(newBootToken().text)!.secret, token.verifier)).toBe(false)
    expect(isSecretOf(secret, undefined)).toBe(false)
  })

  it('are nothing else', () => {
    const { text } = newBootToken()
    for (const other of [
      '',
      text.slice(1),
      `${text}A`,
      text.toUpperCase(),
      text.replace('.', '/'),
      `../${text}`,
    ])
      expect(readBootToken(other)).toBeUndefined()
  })
})

describe('what a request tells of its machine', () => {
  const machine = {
    macs: ['52:54:00:12:34:56'],
    uuid: 'A1B2C3D4-0000-0000-0000-000000000001',
    serial: null,
    machineId: null,
  }
  it.each([
    ['', true],
    ['mac=52:54:00:12:34:56', true],
    ['mac=52-54-00-12-34-56&serial=', true],
    ['uuid=a1b2c3d4-0000-0000-0000-000000000001&serial=whatever', true],
    ['mac=52:54:00:12:34:57', false],
    ['mac=52:54:00:12:34:56&uuid=a1b2c3d4-0000-0000-0000-000000000002', false],
  ])('%s', (query, isMeant) => {
    expect(isMachineOf(new URLSearchParams(query), machine)).toBe(isMeant)
  })
})

describe('calls', () => {
  it('are let through so many times in a minute, for each caller', () => {
    let now = 0
    const guesses = callsPerMinute(10, () => now)
    for (let count = 0; count < 10; count += 1) expect(guesses.add('192.0.2.1')).toBe(0)
    now = 20_000
    expect(guesses.add('192.0.2.1')).toBe(40)
    expect(guesses.add('192.0.2.2')).toBe(0)
    now = 60_000
    expect(guesses.add('192.0.2.1')).toBe(0)
  })
})
