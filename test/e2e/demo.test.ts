import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpack } from '../../src/cli/recorded-hosts.ts'
import { demoFleet } from '../../src/simulate/demo-fleet.ts'
import { recordings } from '../../src/simulate/recordings.ts'
import { runCli } from './run-cli.ts'
import type { CliResult } from './run-cli.ts'

const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url))
let cwd = ''
let demo: CliResult
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-demo-test-'))
  demo = await runCli(['demo', '--dir', 'demo'], { cwd, bin, env: { CI: '1' } })
}, 900_000)
afterAll(() => rm(cwd, { recursive: true }))

describe('the demo of the built CLI', () => {
  it('ends with 0 and the path of a report that is there', async () => {
    expect(demo.stderr).not.toContain('bug')
    expect(demo.code).toBe(0)
    const page = /The report: (\S+)/.exec(demo.stdout)?.[1] ?? ''
    expect(await readFile(page, 'utf8')).toContain('<!doctype html>')
  })

  it('shows every command it runs', () => {
    const commands = ['inventory import', 'inventory list', 'collect', 'cluster snapshot', 'assess', 'report']
    for (const command of [...commands, 'plan create', 'apply', 'runs show', 'runs verify'])
      expect(demo.stdout).toContain(`$ osferry ${command}`)
  })

  it('moves three nodes to another system, and gives the one back that cannot be installed', () => {
    const rows = demo.stdout.slice(demo.stdout.indexOf('$ osferry runs show'))
    expect(
      [...rows.matchAll(/^(web\d\d\.shop) +(done|returned as it was)/gm)].map(([, node, end]) => [node, end]),
    ).toEqual([
      ['web05.shop', 'returned as it was'],
      ['web01.shop', 'done'],
      ['web02.shop', 'done'],
      ['web03.shop', 'done'],
    ])
    expect(demo.stdout).toContain('its disk reports unreadable sectors')
    expect(demo.stdout).toMatch(/web05\.shop +\S+ returned as found/)
    expect(demo.stderr).toMatch(/cluster\.drain waits: .*waiting for budget shop\/web/)
    for (const node of ['web01', 'web02', 'web03'])
      expect(demo.stderr).toContain(`${node}.shop: restore data.restore done`)
    expect(demo.stdout).toMatch(/all \d+ events and \d+ marks? are as they were written/)
  })

  it('has proven of every machine that it has replaced whose it is', async () => {
    const here = { cwd: join(cwd, 'demo'), bin }
    const listed = await runCli(['runs', 'list', '-o', 'json'], here)
    const [run] = (JSON.parse(listed.stdout) as { items: { id: string }[] }).items
    const shown = await runCli(['runs', 'show', run?.id ?? '', '-o', 'json'], here)
    const { nodes } = JSON.parse(shown.stdout) as {
      nodes: { name: string; steps: { uses: string; result: object | null }[] }[]
    }
    const proofs = nodes.flatMap(({ name, steps }) =>
      steps.filter(({ uses }) => uses === 'host.provision').map(({ result }) => ({ name, result })),
    )
    expect(proofs).toEqual(
      ['web01.shop', 'web02.shop', 'web03.shop'].map((name) => {
        const result = expect.objectContaining({ machine: 'proven', by: `the node ${name}` }) as unknown
        return { name, result }
      }),
    )
  })

  it('leaves out of the plan whom it could not judge, and ends its machines with itself', async () => {
    expect(demo.stdout).toMatch(/NOT PLANNED +WHY\nweb04\.shop/)
    expect(await readdir(join(cwd, 'demo'))).not.toContain('machines')
    const plan = await readFile(join(cwd, 'demo/plan.json'), 'utf8')
    expect(plan).toContain('"provider":"lab"')
  })

  it('tells of the host that is down and of the one whose key changed, each with its code', () => {
    expect(demo.stdout).toMatch(/✖ web04\.shop {2}HOST_REFUSED/)
    expect(demo.stdout).toMatch(/✖ pay03\.bank {2}HOST_KEY_CHANGED/)
  })

  it('has one line a host on stderr in CI, with the host in it', () => {
    for (const { name } of demoFleet)
      expect(demo.stderr).toMatch(new RegExp(`collect ${name} (complete|partial|failed)`))
    expect(demo.stderr).not.toContain('\u001b')
  })

  it('keeps facts to the user alone, and leaves nothing half-written', async () => {
    const directory = join(cwd, 'demo/.osferry')
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect((await readdir(directory)).sort()).toEqual([
      'assessment.ndjson',
      'cluster.ndjson',
      'facts',
      'journal.db',
      'journal.db.last',
      'journal.db.reserve',
      'nodes',
      'parked',
      'plans',
      'runs',
    ])
    expect((await readdir(join(directory, 'facts'))).sort()).toEqual(
      demoFleet.map(({ name }) => `${name}.json`).sort(),
    )
  })

  it('gives the same assessment again, as one JSON document with its exit', async () => {
    const { code, stdout } = await runCli(['assess', '-o', 'json', '--fail-on', 'never'], {
      cwd: join(cwd, 'demo'),
      bin,
    })
    const document = JSON.parse(stdout) as { schema: string; hosts: unknown[]; exit: { code: number } }
    expect(document.schema).toBe('assessment/v1')
    expect(document.hosts).toHaveLength(demoFleet.length)
    expect(document.exit.code).toBe(3)
    expect(code).toBe(3)
  })

  it('names every demo host by its own name, its certificate included', async () => {
    const { stdout } = await runCli(['assess', '-o', 'json', '--target', 'containeros'], {
      cwd: join(cwd, 'demo'),
      bin,
    })
    expect(stdout).not.toMatch(/"key":"node-name-override","status":"fail"/)
  })

  it('says in the assessment and in the report which hosts a selector chose', async () => {
    const here = { cwd: join(cwd, 'demo'), bin }
    const sentence = `1 of ${demoFleet.length} hosts of the inventory (-l role=build)`
    const assessed = await runCli(['assess', '-l', 'role=build'], here)
    expect(assessed.stdout).toContain(sentence)
    const reported = await runCli(['report', '--format', 'md=chosen.md'], here)
    expect(reported.stdout).toContain(`${sentence}\nThe chosen host can move`)
    expect(await readFile(join(cwd, 'demo/chosen.md'), 'utf8')).toContain(sentence)
  })

  it('finds hosts by the labels that were variables in Ansible', async () => {
    const { stdout } = await runCli(['inventory', 'list', '-l', 'gpu', '-o', 'name'], {
      cwd: join(cwd, 'demo'),
      bin,
    })
    expect(stdout).toBe('gpu01.lab\n')
  })

  it('goes on with the hosts that are missing only', async () => {
    const { code, stdout } = await runCli(
      ['collect', '--only-missing', '-o', 'json', '--connect-timeout', '2'],
      {
        cwd: join(cwd, 'demo'),
        bin,
      },
    )
    const document = JSON.parse(stdout) as { hosts: { host: string; code: string }[]; exit: { code: number } }
    expect(document.hosts.map(({ host }) => host)).toEqual(['pay03.bank', 'web04.shop'])
    expect(document.hosts.every(({ code }) => code.startsWith('HOST_'))).toBe(true)
    expect(code).toBe(3)
  })

  it('prints a script, and reads a bundle of what it printed on hosts', async () => {
    const script = await runCli(['inventory', 'script', '--set', 'basic'], { cwd, bin })
    expect(script.stdout).toMatch(/^#!\/bin\/sh/)
    const bundle = join(cwd, 'bundle')
    await mkdir(join(bundle, 'answers'), { recursive: true })
    for (const recording of recordings)
      await writeFile(join(bundle, 'answers', `${recording.name}.out`), unpack(recording))
    await writeFile(join(bundle, 'answers/cut.out'), unpack(recordings[0]!).subarray(0, -2000))
    await writeFile(join(bundle, 'answers/noise.out'), 'bash: sh: command not found\n')
    const { code, stdout } = await runCli(['collect', '--from-bundle', 'answers', '-o', 'json'], {
      cwd: bundle,
      bin,
    })
    const { hosts } = JSON.parse(stdout) as { hosts: { host: string; status: string; code: string | null }[] }
    const of = (name: string): unknown => hosts.find(({ host }) => host === name)
    expect(of('cut')).toMatchObject({ status: 'partial', code: 'HOST_ANSWER_INVALID' })
    expect(of('noise')).toMatchObject({ status: 'failed', code: 'HOST_ANSWER_INVALID' })
    expect(hosts).toHaveLength(recordings.length + 2)
    expect(code).toBe(3)
  })

  it('explains every check in both languages', async () => {
    const { stdout } = await runCli(['checks', 'list', '-o', 'name'], { cwd, bin })
    const [id = ''] = stdout.split('\n')
    const english = await runCli(['checks', 'explain', id], { cwd, bin })
    const chinese = await runCli(['checks', 'explain', id, '--lang', 'zh-CN'], { cwd, bin })
    expect(english.stdout).toContain('schema: waivers/v1')
    expect(chinese.stdout).toContain('检查内容与原因')
  })

  it('leaves the files of a directory that is no demo alone', async () => {
    const own = join(cwd, 'own')
    await mkdir(own)
    await writeFile(join(own, 'osferry.yaml'), 'lang: en\n')
    const { code, stdout, stderr } = await runCli(['demo', '--dir', 'own'], { cwd, bin })
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toContain('is not empty and not of osferry demo')
    expect(await readdir(own)).toEqual(['osferry.yaml'])
    expect(await readFile(join(own, 'osferry.yaml'), 'utf8')).toBe('lang: en\n')
  })

  it('finds all checks well on the recorded hosts', async () => {
    const { code, stdout } = await runCli(['checks', 'test', '-o', 'json'], { cwd, bin })
    const { items } = JSON.parse(stdout) as { items: { check: string; error: number; problem: string }[] }
    expect(items.filter(({ error, problem }) => error > 0 || problem !== '')).toEqual([])
    expect(code).toBe(0)
  })
})
