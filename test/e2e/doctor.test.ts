import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-doctor-'))
})
afterEach(() => rm(cwd, { recursive: true }))

interface Diagnosis {
  id: string
  state: string
  found: string
  fix?: { en: string; zh: string }
}

async function examined(...argv: string[]): Promise<Record<string, Diagnosis>> {
  const { stdout } = await runCli(['doctor', '-o', 'json', ...argv], { cwd })
  const { items } = JSON.parse(stdout) as { items: Diagnosis[] }
  return Object.fromEntries(items.map((item) => [item.id, item]))
}

describe('doctor', () => {
  it('looks at the known_hosts files of the configuration and of the inventory', async () => {
    await writeFile(join(cwd, 'osferry.yaml'), 'ssh: { knownHostsFiles: [keys/known] }\n')
    const before = await examined()
    expect(before['known-hosts']).toMatchObject({
      state: 'warn',
      found: `not there: ${join(cwd, 'keys/known')}`,
    })
    await mkdir(join(cwd, 'keys'))
    await writeFile(join(cwd, 'keys/known'), '')
    expect((await examined())['known-hosts']).toMatchObject({ state: 'ok', found: join(cwd, 'keys/known') })
    await writeFile(
      join(cwd, 'inventory.yaml'),
      'schema: inventory/v1\nhosts: [{ name: a, ssh: { knownHostsFiles: [keys/other] } }]\n',
    )
    expect((await examined())['known-hosts']).toMatchObject({
      state: 'warn',
      found: `not there: ${join(cwd, 'keys/other')}`,
    })
  })

  it('counts hosts, not the facts that were kept of before', async () => {
    const facts = join(cwd, '.osferry/facts')
    await mkdir(facts, { recursive: true, mode: 0o700 })
    for (const name of ['a.json', 'a~previous.json', 'b.json']) await writeFile(join(facts, name), '{}')
    expect((await examined())['facts']?.found).toBe('2, 0 d')
  })

  it('speaks Chinese where it says so, and leaves no loose ends', async () => {
    const items = Object.values(await examined())
    for (const { fix, found } of items) {
      expect(fix?.zh ?? '中').toMatch(/[\u4e00-\u9fff]/)
      expect(found).not.toMatch(/-$/)
    }
  })

  it('gives plain cells in CSV', async () => {
    const { stdout } = await runCli(['doctor', '-o', 'csv'], { cwd })
    expect(stdout).toMatch(/^id,state,what,found,fix\r\nnode,ok,/)
    expect(stdout).not.toMatch(/[✔✖·!]|'-/)
  })
})

describe('a misspelt variable', () => {
  it('is named with the one that was meant', async () => {
    const env = { OSFERRY_CONCURENCY: '5' }
    const { stderr } = await runCli(['config', 'view'], { cwd, env })
    expect(stderr).toBe(
      'warning: the variable OSFERRY_CONCURENCY is not known and was ignored; did you mean OSFERRY_CONCURRENCY?\n',
    )
    expect((await runCli(['config', 'view', '-q'], { cwd, env })).stderr).toBe('')
  })
})
