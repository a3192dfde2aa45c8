import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSshdBed } from '../support/sshd.ts'
import { openTerminal } from '../support/terminal.ts'
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

describe('Ctrl-C in a terminal', () => {
  it.each([
    ['en', 'press Ctrl-C again', '■ Stopped collecting'],
    ['zh-CN', '再按一次 Ctrl-C', '■ 采集已停止'],
  ])('says at once what happens next, and ends with no tick (%s)', async (lang, notice, end) => {
    const argv = [process.execPath, sourceBin, 'collect', '--concurrency', '1', '--timeout', '3']
    const reached = new Promise<void>((resolve) => silent.once('connection', () => resolve()))
    const terminal = openTerminal([...argv, '--lang', lang], { cwd, env: { HOME: cwd } })
    try {
      await reached
      terminal.type('\u0003')
      const screen = await terminal.shows(notice)
      expect(screen.join('\n')).not.toContain('--only-missing')
      expect(await terminal.exited).toBe(130)
      expect(terminal.screen()[0]).toContain(end)
    } finally {
      terminal.kill()
    }
  })
})

describe('Ctrl-C twice while hosts are logged in', () => {
  it.each(['openssh', 'ssh2'])('ends every %s connection and leaves no temporary file', async (backend) => {
    const bed = createSshdBed()
    try {
      const reached = join(bed.dir, 'reached')
      const sshd = await bed.start({ config: [`ForceCommand echo x >> ${reached}; exec sleep 300`] })
      const temporary = await mkdtemp('/tmp/osft-')
      const known = join(cwd, 'known_hosts')
      await writeFile(known, sshd.knownHosts)
      const ssh = { backend, port: sshd.port, user: 'root', agent: false, identityFiles: [bed.keyFile] }
      const hosts = ['n1', 'n2'].map((name) => ({ name, address: sshd.address }))
      const defaults = { ssh: { ...ssh, knownHostsFiles: [known] } }
      await writeFile(
        join(cwd, 'inventory.yaml'),
        JSON.stringify({ schema: 'inventory/v1', defaults, hosts }),
      )
      const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, TMPDIR: temporary }
      const child = spawn(process.execPath, [sourceBin, 'collect'], { cwd, env, stdio: 'pipe' })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      await until(() => existsSync(reached) && readFileSync(reached, 'utf8').length === 4)
      child.kill('SIGINT')
      await until(() => stderr.includes('press Ctrl-C again'))
      child.kill('SIGINT')
      expect(await ended).toBe(130)
      expect(await readdir(temporary)).toEqual([])
      expect(processesNaming(temporary)).toEqual([])
      await until(() => sshd.sessions().length === 0)
      const saved = await readdir(join(cwd, '.osferry'), { recursive: true })
      expect(saved.filter((name) => name.endsWith('.tmp'))).toEqual([])
      await rm(temporary, { recursive: true })
    } finally {
      await bed.close()
    }
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50)
}

/** Command lines of this machine's processes that hold `text`. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
    .filter((line) => line.includes(text))
}
