import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createByteTail } from '../../src/hosts/byte-tail.ts'

it('keeps the end of what was pushed, in any sizes, and counts all of it', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 60 })
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 100 }), (pushed, limit) => {
      const tail = createByteTail(limit)
      for (const chunk of pushed) tail.push(chunk)
      const whole = Buffer.concat(pushed)
      expect(Buffer.from(tail.bytes()).equals(whole.subarray(-limit))).toBe(true)
      expect(tail.total()).toBe(whole.length)
    }),
  )
})
