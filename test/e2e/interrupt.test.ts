import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sourceBin } from './run-cli.ts'

let cwd = ''
let silent: Server
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-interrupt-'))
  silent = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  await writeFile(
    join(cwd, 'inventory.yaml'),
    `schema: inventory/v1\ndefaults: { ssh: { port: ${port} } }\nhosts:\n${['silent1', 'silent2', 'silent3'].map((name) => `  - { name: ${name}, address: 127.0.0.1 }\n`).join('')}\n`,
  )
})
afterEach(async () => {
  silent.close()
  await rm(cwd, { recursive: true })
})

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a collection that cannot finish; the first signal comes when a host is reached, the next when it was heard. */
function interruptCollect(signals: NodeJS.Signals[], timeoutSeconds: number): Promise<Ended> {
  return new Promise((resolve) => {
    const argv = [sourceBin, 'collect', '--concurrency', '1', '--timeout', String(timeoutSeconds)]
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      XDG_CACHE_HOME: join(tmpdir(), 'osferry-e2e-cache'),
    }
    const child = spawn(process.execPath, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const left = [...signals]
    let stdout = ''
    let stderr = ''
    const send = (): void => {
      const next = left.shift()
      if (next !== undefined) child.kill(next)
    }
    silent.once('connection', send)
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (stderr.includes('press Ctrl-C again')) send()
    })
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

describe('Ctrl-C', () => {
  it('starts no further host, saves what is done, says how to go on: exit 130', async () => {
    const { code, stdout, stderr } = await interruptCollect(['SIGINT'], 3)
    expect(stderr).toContain('press Ctrl-C again')
    expect(stdout).toContain('2 not started')
    expect(stdout).toContain('continue with: osferry collect --only-missing')
    expect(code).toBe(130)
    expect(await readdir(join(cwd, '.osferry/facts'))).toEqual(['silent1.json'])
  })

  it('ends at once the second time', async () => {
    const { code } = await interruptCollect(['SIGINT', 'SIGINT'], 600)
    expect(code).toBe(130)
  })

  it('is 143 for SIGTERM', async () => {
    const { code } = await interruptCollect(['SIGTERM'], 3)
    expect(code).toBe(143)
  })
})
