import { expect, it } from 'vitest'
import { microTime } from '../../src/model/micro-time.ts'

it('has six digits of the second, as the API server asks for in leases and events', () => {
  expect(microTime('2026-11-21T08:09:10.123Z')).toBe('2026-11-21T08:09:10.123000Z')
})
