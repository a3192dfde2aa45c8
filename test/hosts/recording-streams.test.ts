import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { recordTo, replayFrom } from '../../src/hosts/recording.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import { failure, never } from '../support/ssh-host.ts'

it('refuses to stream data of a recorded host, and of one that is being recorded', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'osferry-recording-'))
  const host = { name: 'node-1', ssh: { user: 'root', become: 'none' } } as ResolvedHost
  const request = {
    argv: ['true'],
    timeoutMs: 1000,
    idleTimeoutMs: 1000,
    maxStdoutBytes: 1,
    keptStderrBytes: 1,
    signal: never,
  }
  for (const connector of [replayFrom(dir), recordTo(dir, replayFrom(dir), (text) => text)]) {
    const connected = await connector.connect(host, { signal: never })
    const error = await failure(connected.stream(request))
    expect([error.code, error.message]).toEqual([
      'HOST_PROTOCOL',
      'node-1: a recorded host cannot stream data',
    ])
  }
  rmSync(dir, { recursive: true, force: true })
})
