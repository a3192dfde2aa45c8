import { describe, expect, it } from 'vitest'
import { exitCodeOfRuns, lastWords } from '../../src/wizard/ended-runs.ts'

describe('runs of one session', () => {
  it.each([
    [[0], 0],
    [[0, 6], 6],
    [[6, 0], 6],
    [[8, 6, 0], 8],
    [[8, 7, 6], 7],
  ])('end with the worst of %j', (codes, worst) => {
    expect(exitCodeOfRuns(codes.map((exitCode) => ({ exitCode })))).toBe(worst)
  })

  it('say nothing of an exit code when there was none', () => {
    expect(exitCodeOfRuns([])).toBeUndefined()
  })

  it('say why each is as it is before how it goes on', () => {
    const first = { reason: 'a: stopped', next: ['osferry runs resume a'] }
    expect(lastWords([first, { reason: 'b: done', next: [] }])).toEqual([
      'a: stopped',
      'osferry runs resume a',
      'b: done',
    ])
  })
})
