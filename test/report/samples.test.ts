import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sampleFiles } from '../support/sample-reports.ts'

describe('reports/samples', () => {
  it.each([...sampleFiles()])('holds the current $name', ({ name, content }) => {
    const saved = readFileSync(new URL(`../../reports/samples/${name}`, import.meta.url), 'utf8')
    expect(saved === content, 'stale: run node test/support/generate-samples.ts').toBe(true)
  })
})
