import { array, assert, asyncProperty, integer, record, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'
import { blocksOf } from '../../src/artifacts/artifact-blocks.ts'

const { signal } = new AbortController()

it('cuts any chunks into blocks of one size and loses no byte', async () => {
  const chunk = uint8Array({ maxLength: 40 })
  const options = record({
    blockBytes: integer({ min: 1, max: 32 }),
    buffers: integer({ min: 1, max: 3 }),
  })
  await assert(
    asyncProperty(array(chunk, { maxLength: 12 }), options, async (chunks, { blockBytes, buffers }) => {
      const held: { block: Uint8Array; copy: Buffer }[] = []
      const blocks: Buffer[] = []
      for await (const block of blocksOf(each(chunks), { blockBytes, buffers, signal })) {
        held.push({ block, copy: Buffer.from(block) })
        // As many as there are buffers are still what they were.
        for (const { block, copy } of held.slice(-buffers)) expect(Buffer.from(block)).toEqual(copy)
        blocks.push(Buffer.from(block))
      }
      expect(Buffer.concat(blocks)).toEqual(Buffer.concat(chunks))
      expect(blocks.slice(0, -1).every(({ length }) => length === blockBytes)).toBe(true)
      expect(blocks.every(({ length }) => length > 0)).toBe(true)
    }),
  )
})

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk)
}
