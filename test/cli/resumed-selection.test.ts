import { describe, expect, it } from 'vitest'
import { partText, resumedSelection, type ResumedSelection } from '../../src/cli/resumed-selection.ts'
import { hostPlan, planHost } from '../support/host-plan.ts'
import type { RunPart } from '../../src/model/journal-record.ts'
import type { AskedParts } from '../../src/model/run-part.ts'

const plan = hostPlan(['a', 'b', 'c'].map((name) => planHost(name, { argv: ['/bin/true'] })))

function resumed(now: RunPart, more: Partial<ResumedSelection> = {}, status: 'open' | 'ended' = 'open') {
  return resumedBeside({ now, later: {} }, more, status)
}

function resumedBeside(
  parts: AskedParts,
  more: Partial<ResumedSelection> = {},
  status: 'open' | 'ended' = 'open',
) {
  const state = { status, asked: parts }
  return resumedSelection({ plan, state, asked: {}, retry: [], isWhole: false, ...more })
}

describe('a run that is gone on with', () => {
  it('keeps to what was asked for', () => {
    const part: RunPart = { only: ['a'], until: 'migrated', maxUnavailable: 1 }
    expect(resumed(part)).toEqual(part)
    expect(resumed({})).toEqual({})
    expect(resumed({ rollback: ['a'] })).toEqual({ rollback: ['a'] })
  })

  it('does otherwise where the command line says so, and keeps the rest', () => {
    const part: RunPart = { only: ['a'], until: 'migrated' }
    expect(resumed(part, { asked: { until: 'replaced' } })).toEqual({ only: ['a'], until: 'replaced' })
    expect(resumed(part, { asked: { wave: 1 } })).toEqual({ wave: 1, until: 'migrated' })
    expect(resumed({ wave: 0 }, { asked: { only: ['b'] } })).toEqual({ only: ['b'] })
    expect(resumed({ rollback: ['a'] }, { asked: { only: ['b'] } })).toEqual({ only: ['b'] })
    expect(resumed(part, { isWhole: true })).toEqual({})
    expect(resumed(part, { isWhole: true, asked: { maxUnavailable: 1 } })).toEqual({ maxUnavailable: 1 })
  })

  it('tries a node again beside what was asked for, and alone where the run had ended', () => {
    const retry = ['b']
    expect(resumed({}, { retry })).toEqual({ retry })
    expect(resumed({ only: ['a'] }, { retry })).toEqual({ only: ['a', 'b'], retry })
    expect(resumed({ wave: 0, until: 'migrated' }, { retry })).toEqual({
      only: ['a', 'b'],
      until: 'migrated',
      retry,
    })
    expect(resumed({ rollback: ['a'] }, { retry })).toEqual({ retry })
    expect(resumed({ wave: 0, until: 'migrated' }, { retry }, 'ended')).toEqual({
      only: ['b'],
      until: 'migrated',
      retry,
    })
    const beside = { now: { rollback: ['a'] }, later: { only: ['a'], maxUnavailable: 1 } }
    expect(resumedBeside(beside, { retry })).toEqual({ only: ['a', 'b'], maxUnavailable: 1, retry })
    expect(resumedBeside(beside, { asked: { until: 'replaced' } })).toEqual({
      ...beside.later,
      until: 'replaced',
    })
    expect(resumedBeside(beside)).toEqual(beside.now)
    expect(resumed({}, { retry, asked: { only: ['a', 'b'] } }, 'ended')).toEqual({ only: ['a', 'b'], retry })
  })

  it('opens nothing beside the part that is done, unless the command line says so', () => {
    const retry = ['b']
    const parts: AskedParts = { now: {}, later: {}, done: { only: ['a', 'b'], until: 'migrated' } }
    expect(resumedBeside(parts, { retry })).toEqual({ only: ['a', 'b'], until: 'migrated', retry })
    expect(resumedBeside(parts, { retry, isWhole: true })).toEqual({ retry })
    expect(resumedBeside(parts, { retry, asked: { wave: 0 } })).toEqual({ wave: 0, until: 'migrated', retry })
    expect(resumedBeside(parts)).toEqual({})
    expect(resumedBeside(parts, { retry, isWhole: true }, 'ended')).toEqual({ retry })
  })
})

it('is told as the flags that choose it', () => {
  expect(partText({ wave: 0, only: ['a', 'b c'], until: 'migrated', maxUnavailable: 2 })).toBe(
    "--wave 0 --only a,'b c' --until migrated --max-unavailable 2",
  )
  expect(partText({ rollback: ['a', 'b'] })).toBe('rollback a b')
  expect(partText({ only: Array.from({ length: 30 }, (_, index) => `n${index}`) })).toMatch(
    /n19,\.\.\. \(30\)$/,
  )
})
