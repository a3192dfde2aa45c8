import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLeaseHolders, writeLeaseHolders } from '../../src/inventory/lease-holders-file.ts'

let file = ''
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'osferry-holders-')), 'runs', 'lease-holders.json')
})
afterEach(() => rmSync(path.dirname(path.dirname(file)), { recursive: true }))

describe('names under which leases may be held', () => {
  it('are read as they were written, the newest when there are many', async () => {
    await writeLeaseHolders(file, ['ann@one (run 1)'])
    expect(await readLeaseHolders(file)).toEqual(['ann@one (run 1)'])
    const many = Array.from({ length: 30 }, (_, index) => `ann@one (run ${index})`)
    await writeLeaseHolders(file, many)
    expect(await readLeaseHolders(file)).toEqual(many.slice(-20))
  })

  it('are none where nothing was written, and in a file that is not whole', async () => {
    expect(await readLeaseHolders(file)).toEqual([])
    await writeLeaseHolders(file, ['ann@one (run 1)'])
    writeFileSync(file, '{"schema":"lease-holders/v1","holders":["ann')
    expect(await readLeaseHolders(file)).toEqual([])
  })
})
