import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { docFiles } from '../support/doc-files.ts'

describe('docs', () => {
  it.each(docFiles())('hold the current $name', ({ name, content }) => {
    const saved = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
    expect(saved === content, 'stale: run node test/support/generate-docs.ts').toBe(true)
  })
})
