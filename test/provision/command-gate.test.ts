import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GateSettings, type CommandGateSettings } from '../../src/model/gate-settings.ts'
import type { GateAnswer } from '../../src/model/gate.ts'
import { commandGate } from '../../src/provision/command-gate.ts'

const question = { wave: 1, node: 'node-1', isFirstOfWave: false, ended: [], away: [] }
const canary = 'canary-91c2aa'

describe('a gate that is a program', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'osferry-gate-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  async function ask(
    script: string,
    more: Partial<CommandGateSettings> = {},
    signal = new AbortController().signal,
  ): Promise<GateAnswer> {
    const file = path.join(directory, 'gate')
    writeFileSync(file, `#!/bin/sh\ncd '${directory}'\n${script}\n`)
    chmodSync(file, 0o755)
    const settings = GateSettings.parse({ type: 'command', name: 'ours', argv: [file], ...more })
    const { PATH } = process.env
    const options = { variables: { PATH, KEY: canary }, graceMs: 200, run: 'r1' }
    return await commandGate(settings as CommandGateSettings, options).ask(question, signal)
  }

  it('is told the node and is open when it ends with 0', async () => {
    expect(await ask('cat > request')).toEqual({ gate: 'ours', outcome: 'open', message: '' })
    expect(JSON.parse(readFileSync(path.join(directory, 'request'), 'utf8'))).toEqual({
      gate: 'ours',
      run: 'r1',
      wave: 1,
      node: 'node-1',
    })
  })

  it('is closed when it ends with 1, with its last words and without what it was given', async () => {
    const answer = await ask('echo "two carts of $KEY are open" >&2; exit 1', { environment: ['KEY'] })
    expect(answer).toEqual({ gate: 'ours', outcome: 'closed', message: 'two carts of *** are open' })
  })

  const nobodyKnows: Readonly<Record<string, [string, Partial<CommandGateSettings>, string]>> = {
    'another exit status': ['echo "no database" >&2; exit 2', {}, 'ended with 2: no database'],
    'a signal': ['kill -9 $$', {}, 'was ended by SIGKILL'],
    'no end in its time': ['sleep 600', { timeoutSeconds: 1 }, 'did not end in 1 s'],
    'a program that is not there': ['', { argv: ['/nowhere/gate'] }, 'could not be started (ENOENT)'],
    'a variable that is not set': ['', { environment: ['GONE'] }, 'GONE is not set'],
  }

  it.each(Object.entries(nobodyKnows))(
    'is unknown, and not open, with %s',
    async (_, [script, more, message]) => {
      expect(await ask(script, more)).toMatchObject({
        outcome: 'unknown',
        message: expect.stringContaining(message) as string,
      })
    },
  )

  it('ends its program when nobody waits any more', async () => {
    const abort = new AbortController()
    const asking = ask('echo $$ > pid; sleep 600', {}, abort.signal)
    asking.catch(() => undefined)
    const pid = await vi.waitUntil(() => {
      try {
        return Number(readFileSync(path.join(directory, 'pid'), 'utf8').trim())
      } catch {
        return 0
      }
    }, 30_000)
    abort.abort(new Error('left'))
    await expect(asking).rejects.toThrow('left')
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
