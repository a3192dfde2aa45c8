import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli, sourceBin } from './run-cli.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-streams-'))
  const hosts = Array.from({ length: 5000 }, (_, index) => `  - name: node${index}\n`).join('')
  await writeFile(join(cwd, 'inventory.yaml'), `schema: inventory/v1\nhosts:\n${hosts}`)
})
afterEach(() => rm(cwd, { recursive: true }))

describe('streams', () => {
  it.each(['ignore', 'idle'] as const)(
    'without a terminal and a command: short help on stderr, exit 64 (stdin %s)',
    async (stdin) => {
      const { code, stdout, stderr } = await runCli([], { cwd, stdin })
      expect(code).toBe(64)
      expect(stdout).toBe('')
      expect(stderr).toContain('osferry demo')
    },
  )

  it('ends quietly when the reader of stdout goes away', async () => {
    const child = spawn(
      'sh',
      ['-c', '"$1" "$2" inventory list -o json | head -c 10', 'sh', process.execPath, sourceBin],
      {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: cwd },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.resume()
    await new Promise((resolve) => child.once('close', resolve))
    expect(stderr).toBe('')
  })

  it('writes no colour and cuts nothing in a pipe', async () => {
    const { stdout } = await runCli(['inventory', 'list', '-o', 'wide'], { cwd })
    expect(stdout).not.toContain('\u001b')
    expect(stdout.split('\n')).toHaveLength(5002)
  })

  it.each([
    ['json', (text: string) => (JSON.parse(text) as { items: unknown[] }).items.length],
    [
      'ndjson',
      (text: string) =>
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown).length,
    ],
    ['name', (text: string) => text.trim().split('\n').length],
    ['csv', (text: string) => text.trim().split('\r\n').length - 1],
    ['yaml', (text: string) => text.match(/^ {2}- name:/gm)?.length ?? 0],
    ['table', (text: string) => text.trim().split('\n').length - 1],
  ])('prints every host with -o %s', async (format, count) => {
    const { code, stdout } = await runCli(['inventory', 'list', '-o', format], { cwd })
    expect(code).toBe(0)
    expect(count(stdout)).toBe(5000)
  })

  it('shows where every setting comes from', async () => {
    await writeFile(join(cwd, 'osferry.yaml'), 'collect:\n  concurrency: 9\n')
    const { stdout } = await runCli(['config', 'view', '--origin', '--lang', 'en'], {
      cwd,
      env: { OSFERRY_STATE: 's' },
    })
    expect(stdout).toMatch(/collect\.concurrency +9 +\S+osferry\.yaml:2:3/)
    expect(stdout).toMatch(/state +\S+\/s +env OSFERRY_STATE/)
    expect(stdout).toMatch(/lang +en +flag --lang/)
    expect(stdout).toMatch(/collect\.set +full +default/)
  })
})
