import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { schemaFiles } from '../support/schema-files.ts'

describe('reports/schema', () => {
  it.each(schemaFiles())('holds the current $name', ({ name, content }) => {
    const saved = readFileSync(new URL(`../../reports/schema/${name}`, import.meta.url), 'utf8')
    expect(saved === content, 'stale: run node test/support/generate-schemas.ts').toBe(true)
  })
})
