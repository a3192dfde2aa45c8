import { describe, expect, it } from 'vitest'
import { nodeLeaseName } from '../../src/cli/node-lease-name.ts'

const times = (letter: string, length: number): string => letter.repeat(length)

/** Digests: `printf %s NODE | sha256sum`. */
describe('the name of the Lease of a node', () => {
  it.each([
    ['node-1', 'osferry-node-node-1'],
    // 253 characters: the longest that fits.
    [times('y', 240), `osferry-node-${times('y', 240)}`],
    [times('y', 241), `osferry-node-${times('y', 223)}-8bf3f6476b19f43a`],
    [
      `${`${times('x', 60)}.`.repeat(4)}a`,
      `osferry-node-${`${times('x', 60)}.`.repeat(3)}${times('x', 40)}-e107581d59899e01`,
    ],
    [
      `${`${times('x', 60)}.`.repeat(4)}b`,
      `osferry-node-${`${times('x', 60)}.`.repeat(3)}${times('x', 40)}-0854cc7992112336`,
    ],
    // It would be cut right behind a dot.
    [
      `${`${times('x', 55)}.`.repeat(3)}${times('x', 54)}.${times('z', 20)}`,
      `osferry-node-${`${times('x', 55)}.`.repeat(3)}${times('x', 54)}-d2bbad7b35377b9b`,
    ],
  ])('of %s', (node, name) => {
    expect(nodeLeaseName(node)).toBe(name)
    expect(name.length).toBeLessThanOrEqual(253)
  })
})
