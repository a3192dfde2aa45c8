import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandContext } from '../../src/cli/context.ts'
import { enterHolder, goneHolders } from '../../src/cli/run-holder.ts'
import { ownIdentity } from '../../src/journal/owner.ts'
import type { ProcessIdentity } from '../../src/model/process-identity.ts'

let state = ''
beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'osferry-holder-'))
})
afterEach(() => rmSync(state, { recursive: true }))

const me = ownIdentity()
const run = { id: 'r1', holder: 'ann@one' }
const file = (): string => path.join(state, 'runs', 'lease-holders.json')

async function enter(token: string): ReturnType<typeof enterHolder> {
  const context = { settings: { required: () => state } } as unknown as CommandContext
  return await enterHolder(context, run, token)
}

/** Its name, when it is surely no more. */
function gone(process: ProcessIdentity): string[] {
  return [...goneHolders([{ name: 'ann@one (run r1)', process }], me)]
}

describe('the name under which a process takes leases', () => {
  it('is its own, and on disk with its process before it is used', async () => {
    const { name, gone: nobody } = await enter('0a1b2c3d-rest')
    expect([name, [...nobody]]).toEqual([`ann@one (run r1, process ${process.pid}, 0a1b2c3d)`, []])
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      schema: 'lease-holders/v1',
      holders: [{ name, process: me }],
    })
  })

  it('is another one each time, also of the same run in the same process, whose earlier run has ended', async () => {
    const first = await enter('0a1b2c3d')
    const second = await enter('4e5f6071')
    expect(second.name).not.toBe(first.name)
    expect([...second.gone]).toEqual([first.name])
  })
})

describe('a process that may hold leases', () => {
  it('is no more when it was killed, or another process has its id; that its machine was started again a copy of it would say, too', async () => {
    const killed = spawn('sleep', ['60'])
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect(gone({ ...me, pid: killed.pid! })).toHaveLength(1)
    expect(gone({ ...me, pid: process.ppid, startedTicks: '1' })).toHaveLength(1)
    const plain = { ...me, pidNamespace: 'pid:[4026531836]', machineId: 'a'.repeat(32) }
    const found = goneHolders([{ name: 'ann@one', process: { ...plain, bootId: 'earlier' } }], plain)
    expect(found.size).toBe(0)
  })

  it('is believed to be at work on this machine while it is there', async () => {
    const other = spawn('sleep', ['60'])
    await once(other, 'spawn')
    const fields = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(' ')
    expect(gone({ ...me, pid: other.pid!, startedTicks: fields[21]! })).toEqual([])
    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(gone({ ...me, pid: other.pid!, startedTicks: fields[21]! })).toHaveLength(1)
  })

  it('is believed to be at work on another machine and in another container, whatever has become of its lock', () => {
    expect(gone({ ...me, host: 'two', machineId: 'other', bootId: 'other' })).toEqual([])
    expect(gone({ ...me, pidNamespace: 'pid:[1]' })).toEqual([])
  })
})
