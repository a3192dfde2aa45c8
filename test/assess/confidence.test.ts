import { describe, expect, it } from 'vitest'
import { answerRatio, factRatio, gradeConfidence } from '../../src/assess/confidence.ts'
import type { FactName } from '../../src/model/facts.ts'
import { hostFacts, without } from '../support/facts-fixture.ts'

const now = '2026-11-21T00:00:00.000Z'
const needed = new Set<FactName>(['kernel', 'cpu', 'memory', 'bpf'])

describe('confidence', () => {
  it.each([
    [1, 'A'],
    [0.99, 'A'],
    [0.98, 'B'],
    [0.9, 'B'],
    [0.89, 'C'],
    [0.75, 'C'],
    [0.74, 'D'],
    [0.5, 'D'],
    [0.49, 'E'],
    [0.01, 'E'],
    [0, 'F'],
  ])('grades %d as %s', (ratio, grade) => {
    expect(gradeConfidence(ratio, now, now)).toBe(grade)
  })

  it.each([
    ['2026-11-14T00:00:00.000Z', 'A'],
    ['2026-11-13T23:59:59.000Z', 'B'],
    ['2026-10-22T00:00:00.000Z', 'B'],
    ['2026-10-21T00:00:00.000Z', 'C'],
  ])('lowers full facts of %s to %s', (collectedAt, grade) => {
    expect(gradeConfidence(1, collectedAt, now)).toBe(grade)
  })

  it('never goes below F', () => {
    expect(gradeConfidence(0.01, '2025-01-01T00:00:00.000Z', now)).toBe('F')
  })

  it('is the share of needed facts that are there', () => {
    expect(factRatio(needed, hostFacts().facts)).toBe(1)
    expect(factRatio(needed, without('bpf').facts)).toBe(0.75)
    expect(factRatio(needed, {})).toBe(0)
    expect(factRatio(new Set(), {})).toBe(1)
  })

  it('is the share of checks that came to an answer, if that is less', () => {
    const counts = { pass: 80, fail: 10, waived: 2, unknown: 7, error: 1, notApplicable: 30 }
    expect(answerRatio(counts)).toBe(0.92)
    expect(answerRatio({ pass: 0, fail: 0, waived: 0, unknown: 0, error: 0, notApplicable: 3 })).toBe(1)
  })

  it('counts a degraded fact half', () => {
    const facts = { ...hostFacts().facts }
    const { cpu } = facts
    if (cpu?.status === 'ok') facts.cpu = { ...cpu, degraded: 'no sockets' }
    expect(factRatio(needed, facts)).toBe(0.875)
  })
})
