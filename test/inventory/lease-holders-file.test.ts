import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LeaseHolder } from '../../src/model/lease-holders.ts'
import { readLeaseHolders, writeLeaseHolders } from '../../src/inventory/lease-holders-file.ts'

let file = ''
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'osferry-holders-')), 'runs', 'lease-holders.json')
})
afterEach(() => rmSync(path.dirname(path.dirname(file)), { recursive: true }))

const holder = (name: string): LeaseHolder => ({
  name,
  process: {
    host: 'one',
    machineId: null,
    bootId: '4a1d',
    pidNamespace: 'pid:[4026531836]',
    pid: 7,
    startedTicks: '9000',
  },
})

describe('processes that may hold leases', () => {
  it('are read as they were written, the newest when there are many', async () => {
    await writeLeaseHolders(file, [holder('ann@one (run 1)')])
    expect(await readLeaseHolders(file)).toEqual([holder('ann@one (run 1)')])
    const many = Array.from({ length: 60 }, (_, index) => holder(`ann@one (run ${index})`))
    await writeLeaseHolders(file, many)
    expect(await readLeaseHolders(file)).toEqual(many.slice(-50))
  })

  it('are none where nothing was written, and in a file that is not whole', async () => {
    expect(await readLeaseHolders(file)).toEqual([])
    await writeLeaseHolders(file, [holder('ann@one (run 1)')])
    writeFileSync(file, '{"schema":"lease-holders/v1","holders":["ann')
    expect(await readLeaseHolders(file)).toEqual([])
  })
})
