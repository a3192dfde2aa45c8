import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../src/report/render-junit.ts'
import { sampleReport } from '../support/sample-reports.ts'
import { tallyOfJunit } from './parse-back.ts'

const report = sampleReport()
const render = (failOn: 'block' | 'low' | 'never'): string =>
  [...renderJunit(report, { language: 'en', failOn })].join('')

describe('renderJunit', () => {
  it('fails only what is at least as grave as asked, and keeps the number of cases', () => {
    const [never, block, low] = (['never', 'block', 'low'] as const).map(
      (failOn) => tallyOfJunit(render(failOn)).counted,
    )
    expect(never?.failure).toBe(0)
    expect(block?.failure).toBeGreaterThan(0)
    expect(low?.failure).toBeGreaterThan(block?.failure ?? 0)
    expect(new Set([never?.tests, block?.tests, low?.tests]).size).toBe(1)
  })

  it('never takes what could not be told for a pass', () => {
    expect(tallyOfJunit(render('never')).counted.error).toBeGreaterThan(0)
  })

  it('skips accepted risks with reason, owner and end', () => {
    expect(render('block')).toContain(
      '(kubelet stays at 1.26 until the cluster upgrade; edge-team@example.com; 2027-01-31)',
    )
  })

  it('names suites by target, kernel line and area', () => {
    expect(render('block')).toContain('<testsuite name="anolis-anck/anck-5.10/kernel"')
  })
})
