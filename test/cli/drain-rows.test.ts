import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../src/cli/display-width.ts'
import { drainRows, type RowStatus } from '../../src/cli/drain-rows.ts'
import { startRedraw } from '../../src/cli/redraw.ts'
import type { Text } from '../../src/model/text.ts'

const english = ({ en }: Text): string => en

function status(node: string, more: Partial<RowStatus> = {}): RowStatus {
  const base = { phase: 'evicting', podsGone: 7, podsTotal: 12, blockers: [], stillMs: 0 } as const
  return { node, awayReason: undefined, ...base, ...more }
}

const budget = (pod: string) =>
  ({
    pod,
    uid: pod,
    owner: '',
    cause: 'budget',
    detail: 'pay/api (minAvailable 3: 3 healthy, 3 needed)',
  }) as const

describe('rows of a drain', () => {
  it('show phase, pods, standstill and blockers by cause, those that people can mend first', () => {
    const grace = { ...budget('pay/old'), cause: 'grace', detail: '30 s' } as const
    const blockers = [grace, budget('pay/a'), budget('pay/b')]
    const rows = drainRows(
      [status('node-20', { blockers, stillMs: 65_000 }), status('n', { phase: 'waiting', podsGone: 0 })],
      { columns: 200, rows: 10, say: english, note: undefined },
    )
    expect(rows).toEqual([
      '▸ node-20  evicting  7/12  ⏸ 1m05s: 2 waiting for budget pay/api (minAvailable 3: 3 healthy, 3 needed): pay/a, pay/b · 1 ending: pay/old',
      '· n        waiting   0/12',
    ])
  })

  it('fold nodes that wait, and those that are done, when there are more nodes than rows', () => {
    const waiting = Array.from({ length: 30 }, (_, index) => status(`w${index}`, { phase: 'waiting' }))
    const done = Array.from({ length: 4 }, (_, index) => status(`d${index}`, { phase: 'drained' }))
    const rows = drainRows([...done, status('a'), status('b', { phase: 'failed' }), ...waiting], {
      columns: 80,
      rows: 10,
      say: english,
      note: 'stopping',
    })
    expect(rows).toEqual([
      '▸ a  evicting     7/12',
      '✖ b  not drained  7/12',
      '4 drained',
      '30 waiting',
      'stopping',
    ])
  })

  it('show no control character of a name', () => {
    const rows = drainRows([status('a\u001B[2J', { blockers: [budget('x/\u202Ey')] })], {
      columns: 200,
      rows: 5,
      say: english,
      note: undefined,
    })
    expect(rows.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u)
  })

  it('never take more columns or rows than there are', () => {
    const phase = fc.constantFrom('waiting', 'evicting', 'drained', 'failed', 'detaching')
    const one = fc.record({
      node: fc.string({ unit: 'grapheme', maxLength: 60 }),
      phase,
      podsGone: fc.nat(200),
      podsTotal: fc.nat(200),
      blockers: fc.array(fc.string({ unit: 'grapheme' }).map(budget), { maxLength: 5 }),
      awayReason: fc.option(fc.string(), { nil: undefined }),
      stillMs: fc.nat(1e8),
    }) satisfies fc.Arbitrary<RowStatus>
    const size = { columns: fc.integer({ min: 10, max: 200 }), rows: fc.integer({ min: 6, max: 60 }) }
    fc.assert(
      fc.property(fc.array(one, { maxLength: 80 }), fc.record(size), (statuses, { columns, rows }) => {
        const lines = drainRows(statuses, { columns, rows, say: english, note: 'note' })
        expect(lines.length).toBeLessThan(rows)
        for (const line of lines) expect(displayWidth(line)).toBeLessThan(columns)
      }),
    )
  })
})

describe('a redrawn block', () => {
  it('writes only what has changed, and gives the cursor back once', () => {
    const written: string[] = []
    const screen = startRedraw({ write: (text) => written.push(text), columns: () => 80 }, displayWidth)
    screen.draw(['one', 'two'])
    screen.draw(['one', 'two'])
    screen.draw(['three'])
    screen.end()
    screen.end()
    screen.draw(['late'])
    expect(written).toEqual([
      '\u001B[?25l\rone\u001B[K\ntwo\u001B[K\n\u001B[J',
      '\r\u001B[2Athree\u001B[K\n\u001B[J',
      '\u001B[?25h',
    ])
  })

  it('goes up by the rows that a terminal which became narrower has made of its lines', () => {
    const written: string[] = []
    let columns = 80
    const screen = startRedraw({ write: (text) => written.push(text), columns: () => columns }, displayWidth)
    screen.draw(['x'.repeat(50), 'y'])
    columns = 20
    screen.draw(['x'])
    screen.end()
    expect(written[1]).toContain('\u001B[4A')
  })

  it('never takes a cursor that it does not give back', () => {
    const written: string[] = []
    startRedraw({ write: (text) => written.push(text), columns: () => 80 }, displayWidth).end()
    expect(written).toEqual([])
  })
})
