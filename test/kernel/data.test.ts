import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renamedModules } from '../../src/kernel/renamed-modules.ts'

const directory = join(import.meta.dirname, '../../src/kernel/data')
const files = readdirSync(directory)

interface Layer {
  source: string
  y?: string
  m?: string
  n?: string
  absent?: string
}

describe('the kernel tables', () => {
  it('stay under a megabyte together', () => {
    const bytes = files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0)
    expect(bytes).toBeLessThan(1_000_000)
  })

  it.each(files)('%s names its source and no machine', (file) => {
    const text = readFileSync(join(directory, file), 'utf8')
    expect(text).toMatch(/"source": "[^"]+"/)
    expect(text).not.toMatch(/"\/|https?:\/\/localhost/)
  })

  it.each(files.filter((file) => /^(rhck|anck)/.test(file)))('%s gives one state a name', (file) => {
    const { layers } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { layers: Layer[] }
    const names = layers.flatMap((layer) =>
      [layer.y, layer.m, layer.n, layer.absent].flatMap((text) => text?.split(' ') ?? []),
    )
    expect(names.length).toBeGreaterThan(300)
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => !/^[A-Za-z0-9_]+$/.test(name))).toEqual([])
  })

  it('holds the 8.9 kABI list with 796 symbols on x86_64, 41 of them gone in 5.10', () => {
    const kabi = JSON.parse(readFileSync(join(directory, 'kabi.json'), 'utf8')) as {
      stable: Record<string, string[]>
      goneIn: Record<string, string[]>
    }
    expect(kabi.stable['x86_64']).toHaveLength(796)
    expect(kabi.goneIn['5.10']).toHaveLength(41)
    expect(kabi.goneIn['6.1']).toHaveLength(93)
    for (const row of kabi.stable['aarch64'] ?? []) expect(row).toMatch(/^\w+ [0-9a-f]{8}$/)
  })

  it('renames every module once, to another name, with a source', () => {
    expect(new Set(renamedModules.map(({ name }) => name)).size).toBe(renamedModules.length)
    for (const row of renamedModules) {
      expect(row.replacedBy).not.toBe(row.name)
      expect(row.source).not.toBe('')
      expect(row.lines).toContain('anck-5.10')
    }
  })
})
