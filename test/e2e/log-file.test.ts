import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-log-'))
  const host = '{ name: n1, address: 127.0.0.1, ssh: { port: 1, password: "env:LOGIN_PASSWORD" } }'
  await writeFile(join(cwd, 'inventory.yaml'), `schema: inventory/v1\nhosts:\n  - ${host}\n`)
})
afterEach(() => rm(cwd, { recursive: true }))

describe('--log-file', () => {
  it('gets every record as JSON, readable by its owner only, and leaves stderr as it is', async () => {
    const env = { LOGIN_PASSWORD: 'canary-7d1c' }
    const argv = ['collect', '--log-file', 'logs/osferry.log']
    const first = await runCli(argv, { cwd, env })
    expect(first.code).toBe(3)
    expect(first.stderr).not.toContain('"level"')
    const file = join(cwd, 'logs/osferry.log')
    const text = await readFile(file, 'utf8')
    const records = text
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line))
    expect(records).toContainEqual(
      expect.objectContaining({ msg: 'connecting', host: 'n1', backend: 'ssh2', time: expect.any(String) }),
    )
    expect(text).not.toContain('canary-7d1c')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await runCli(argv, { cwd, env })
    expect((await readFile(file, 'utf8')).startsWith(text)).toBe(true)
  })

  it('gets what assess did: what it started with, every host, what came of it', async () => {
    await runCli(['assess', '--log-file', 'osferry.log'], { cwd })
    const text = await readFile(join(cwd, 'osferry.log'), 'utf8')
    const messages = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
    expect(messages).toEqual(['assessment started', 'host judged', 'assessment saved'])
    expect((await runCli(['assess', '-vv'], { cwd })).stderr).toContain('"msg":"host judged"')
  })

  it('says which file cannot be written', async () => {
    await writeFile(join(cwd, 'taken'), '')
    const { code, stderr } = await runCli(['collect', '--log-file', 'taken/osferry.log'], { cwd })
    expect(stderr).toMatch(/taken\/osferry\.log.*\[OUTPUT_FAILED\]/)
    expect(code).toBe(69)
  })
})
