import { describe, expect, it } from 'vitest'
import { stableSince, type Stable } from '../../src/steps/step-wait-ready.ts'

type Look = Parameters<typeof stableSince>[1]

const waiting = { state: 'waiting', key: 'heartbeat', text: { en: '', zh: '' } } as const
const silent = (unheard: string): Look => ({ ...waiting, unheard })
const ready = (key: string): Look => ({ state: 'ready', key }) as Look

/** Since when it counts after looks every three seconds, from zero on. */
function since(...looks: Look[]): number | undefined {
  let stable: Stable | undefined
  for (const [index, look] of looks.entries()) stable = stableSince(stable, look, index * 3000)
  return stable?.isHeard === true ? stable.sinceMs : undefined
}

describe('since when a node is well', () => {
  it.each<[string, number | undefined, Look[]]>([
    ['the first look at which all is well', 3000, [waiting, ready('a'), ready('a')]],
    [
      'the first look, when the renewal comes after it',
      3000,
      [waiting, silent('a'), silent('a'), ready('a')],
    ],
    ['never while nobody has heard of it', undefined, [silent('a'), silent('a')]],
    ['anew when its node has changed', 6000, [silent('a'), silent('a'), ready('b')]],
    ['anew after it was not well', 6000, [ready('a'), waiting, ready('a')]],
    ['anew after it was silent again', 9000, [ready('a'), ready('a'), silent('a'), ready('a')]],
    [
      'the renewal, when it was silent for long',
      18_000,
      [...Array<Look>(6).fill(silent('a')), ready('a'), ready('a')],
    ],
  ])('is %s', (_what, expected, looks) => {
    expect(since(...looks)).toBe(expected)
  })
})
