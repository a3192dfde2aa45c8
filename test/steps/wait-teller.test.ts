import { expect, it } from 'vitest'
import { createWaitTeller, type Waiting } from '../../src/steps/wait-teller.ts'

function teller(): {
  tell: (waiting: Waiting | undefined) => number | undefined
  told: string[]
  at: (ms: number) => void
} {
  let nowMs = 0
  const told: string[] = []
  const clock = { now: () => new Date(nowMs).toISOString(), monotonicMs: () => nowMs }
  const tell = createWaitTeller(
    clock,
    ({ en }, since) => void told.push(`${en} since ${since?.slice(14, 19)}`),
  )
  return { tell, told, at: (ms) => (nowMs = ms) }
}

const about = (key: string, text: string): Waiting => ({ key, text: { en: text, zh: text } })

it('tells each cause at once with its own time, and changes of one cause seldom', () => {
  const { tell, told, at } = teller()
  expect(tell(undefined)).toBeUndefined()
  at(1000)
  expect(tell(about('budget', '3 pods'))).toBeUndefined()
  at(2000)
  expect(tell(about('budget', '2 pods'))).toBe(11_000)
  at(3000)
  expect(tell(about('grace', '1 pod ends'))).toBeUndefined()
  at(13_000)
  expect(tell(about('grace', 'another ends'))).toBeUndefined()
  expect(told).toEqual(['3 pods since 00:01', '1 pod ends since 00:03', 'another ends since 00:03'])
})

it('does not tell the same again, and cuts what is too long for a journal', () => {
  const { tell, told, at } = teller()
  tell(about('one', 'x'.repeat(5000)))
  at(60_000)
  tell(about('one', 'x'.repeat(5000)))
  expect(told.map(({ length }) => length)).toEqual([1003 + ' since 00:00'.length])
})
