import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleFacts } from '../../src/cli/collect-bundle.ts'
import { unpack } from '../../src/cli/recorded-hosts.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import { recordings } from '../../src/simulate/recordings.ts'
import { runCli } from '../e2e/run-cli.ts'
import { sshHost } from '../support/ssh-host.ts'

const answer = unpack(recordings[0] ?? expect.fail('no recording'))
const epoch = Number(/^epoch=(\d+)$/m.exec(Buffer.from(answer).toString('latin1'))?.[1])
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-bundle-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function read(name: string, bytes: Uint8Array, hosts: readonly ResolvedHost[] = []) {
  const path = join(directory, name)
  await writeFile(path, bytes)
  await utimes(path, 2_000_000_000, 2_000_000_000)
  const warnings: string[] = []
  const facts = await bundleFacts(path, {
    hosts,
    set: 'full',
    clock: { now: () => '2036-01-01T00:00:00.000Z', monotonicMs: () => 0 },
    version: '0.0.0',
    onWarning: ({ en }) => warnings.push(en),
  })
  return { facts, warnings }
}

const ssh: ResolvedHost['ssh'] = {
  user: 'root',
  port: 22,
  backend: 'auto',
  identityFiles: [],
  certificateFiles: [],
  agent: false,
  jump: [],
  become: 'none',
  hostKeys: 'strict',
  knownHostsFiles: [],
  connectTimeoutMs: 1000,
}

describe('bundleFacts', () => {
  it('takes the time of the collection from the header, not from the file', async () => {
    const { facts } = await read('one.out', answer)
    expect(facts.collection.finishedAt).toBe(new Date(epoch * 1000).toISOString())
    expect(facts.facts.kernel?.source.collectedAt).toBe(facts.collection.finishedAt)
  })

  it('does not believe a header that is ahead of this machine', async () => {
    const text = Buffer.from(answer).toString('latin1').replace(`epoch=${epoch}`, 'epoch=9000000000')
    const { facts } = await read('ahead.out', Buffer.from(text, 'latin1'))
    expect(facts.collection.finishedAt).toBe(new Date(2_000_000_000_000).toISOString())
  })

  it('says what is wrong with a file that holds no answer, never an empty message', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('sh: command not found\n'), answer.subarray(0, 3000)]) {
      const { facts } = await read('bad.out', bytes)
      expect(facts.status).not.toBe('complete')
      expect(facts.failure?.message).toMatch(/bad\.out: \w|holds no answer/)
    }
  })

  it('warns when file and answer name two hosts of the inventory', async () => {
    const { facts } = await read('plain.out', answer)
    const identity = facts.facts.identity?.status === 'ok' ? facts.facts.identity.value : undefined
    const inside = identity?.fqdn ?? identity?.hostname ?? ''
    const both = [inside, 'other'].map((name) => sshHost('192.0.2.1', ssh, name))
    const { warnings, facts: taken } = await read('other.out', answer, both)
    expect(taken.host.name).toBe('other')
    expect(warnings).toEqual([expect.stringContaining(`comes from ${inside}`)])
    expect((await read(`${inside}.out`, answer, both)).warnings).toEqual([])
  })
})

describe('collect --from-bundle', () => {
  it('refuses two files of one host, naming both', async () => {
    const cwd = await mkdtemp(join(directory, 'cli-'))
    for (const name of ['node1.out', 'node1.txt']) await writeFile(join(cwd, name), answer)
    const { code, stderr } = await runCli(['collect', '--from-bundle', cwd], { cwd })
    expect(stderr).toMatch(
      /two files hold answers of host node1: .*node1\.out and .*node1\.txt \[DOCUMENT_INVALID\]/,
    )
    expect(code).toBe(65)
  })

  it('says that facts are incomplete for want of rights, and ends with 3', async () => {
    const cwd = await mkdtemp(join(directory, 'cli-'))
    const asUser = Buffer.from(answer).toString('latin1').replace('\nuid=0\n', '\nuid=7\n')
    await mkdir(join(cwd, 'answers'))
    await writeFile(join(cwd, 'answers', 'node1.out'), Buffer.from(asUser, 'latin1'))
    const table = await runCli(['collect', '--from-bundle', 'answers'], { cwd })
    expect(table.stdout).toMatch(
      /◐ node1 {2}incomplete\n {4}read without the rights to see everything: \d+ facts/,
    )
    expect(table.stdout).toContain('1 read without the rights needed')
    expect(table.code).toBe(3)
    const zh = await runCli(['collect', '--from-bundle', 'answers', '--lang', 'zh-CN'], { cwd })
    expect(zh.stdout).toContain('权限不足')
    const json = await runCli(['collect', '--from-bundle', 'answers', '-o', 'json'], { cwd })
    const { counts, hosts, exit } = JSON.parse(json.stdout)
    expect(counts).toMatchObject({ complete: 1, lackingRights: 1, degraded: 1 })
    expect(hosts[0]).toMatchObject({ code: null, message: expect.stringContaining('facts incomplete') })
    expect(hosts[0].lackingRights).toBeGreaterThan(0)
    expect(exit.code).toBe(3)
  })

  it('keeps what was read before when the new answer is worthless, and says where', async () => {
    const cwd = await mkdtemp(join(directory, 'cli-'))
    await mkdir(join(cwd, 'answers'))
    await writeFile(join(cwd, 'answers', 'node1.out'), answer)
    await runCli(['collect', '--from-bundle', 'answers'], { cwd })
    await writeFile(join(cwd, 'answers', 'node1.out'), 'garbage')
    const { stdout, code } = await runCli(['collect', '--from-bundle', 'answers'], { cwd })
    expect(stdout).toContain('is kept in .osferry/facts/node1~previous.json')
    expect(code).toBe(3)
  })
})
