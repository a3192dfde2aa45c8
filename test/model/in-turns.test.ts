import { setImmediate } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inTurns } from '../../src/model/in-turns.ts'

describe('inTurns', () => {
  it('does everything once, in order, and never more at once than allowed', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.nat({ max: 3 })),
      fc.integer({ min: 1, max: 5 }),
      async (turns, atOnce) => {
        const begun: number[] = []
        let [running, most] = [0, 0]
        const act = async ([index, count]: [number, number]): Promise<void> => {
          begun.push(index)
          running += 1
          most = Math.max(most, running)
          for (let turn = 0; turn < count; turn += 1) await setImmediate()
          running -= 1
        }
        await inTurns(turns.entries(), act, atOnce)
        expect(begun).toEqual([...turns.keys()])
        expect([running, most <= atOnce]).toEqual([0, true])
      },
    )
    await fc.assert(property)
  })

  it('tells the first error', async () => {
    const act = (item: number): Promise<void> =>
      item === 2 ? Promise.reject(new Error('two')) : Promise.resolve()
    await expect(inTurns([1, 2, 3], act)).rejects.toThrow('two')
  })
})
