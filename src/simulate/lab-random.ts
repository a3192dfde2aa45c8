/** Names and uids that are the same for the same seed. */
export interface LabRandom {
  /** From 0 to below `below`, whole. */
  number(below: number): number
  /** As generateName and controllers append them. */
  letters(count: number): string
  uid(): string
}

/** Without vowels and what looks alike: k8s.io/apimachinery/pkg/util/rand. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Mulberry32: small, and good enough for names. */
export function createLabRandom(seed: number): LabRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const number = (below: number): number => next() % below
  const hex = (): string => next().toString(16).padStart(8, '0')
  return {
    number,
    letters: (count) => Array.from({ length: count }, () => alphabet[number(alphabet.length)]).join(''),
    uid(): string {
      const [a, b, c, d] = [hex(), hex(), hex(), hex()]
      return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`
    },
  }
}
