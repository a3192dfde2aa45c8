import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordedFacts } from '../../src/cli/recorded-hosts.ts'
import { runCli } from './run-cli.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'osferry-bad-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const inventory = 'schema: inventory/v1\nhosts:\n  - name: plain-worker\n'
const [worker] = recordedFacts({ now: '2026-11-21T00:00:00.000Z', version: '0.1.0' })

async function saveFacts(change: (text: string) => string = (text) => text): Promise<void> {
  await mkdir(join(cwd, '.osferry/facts'), { recursive: true, mode: 0o700 })
  await writeFile(join(cwd, '.osferry/facts/plain-worker.json'), change(JSON.stringify(worker)))
}

describe('usage errors', () => {
  it.each([
    [['colect'], 'unknown command colect', 'Did you mean collect?'],
    [['--versoin'], 'unknown flag --versoin', 'Did you mean --version?'],
    [['help', 'nonsense'], 'no help on nonsense', 'osferry --help'],
    [['help', 'exit-code'], 'no help on exit-code', 'Did you mean exit-codes?'],
    [['help', 'colect'], 'no help on colect', 'Did you mean collect?'],
    [['help', 'inventory', 'lst'], 'no help on inventory lst', 'Did you mean list?'],
    [['inventory', 'lst'], 'unknown command lst', 'Did you mean list?'],
    [['collect', '--concurency', '3'], 'unknown flag --concurency', 'Did you mean --concurrency?'],
    [['collect', '--concurrency'], 'argument missing', 'osferry collect --help'],
    [['collect', '--concurrency', '0'], '--concurrency', 'collect.concurrency'],
    [['assess', '--target', 'rhkc'], '--target: rhkc is not valid', 'Did you mean rhck?'],
    [['assess', '--fail-on', 'all'], '--fail-on', 'block, high, medium, low, never'],
    [['report', '--format', 'htm'], 'unknown report format htm', 'Did you mean html?'],
    [['inventory', 'list', 'extra'], 'extra', 'osferry inventory list --help'],
    [['inventory', 'show'], "missing required argument 'host'", 'osferry inventory show --help'],
    [['inventory', 'import', '--from', 'ansibel:x'], 'ansibel:x', 'ansible'],
    [['inventory', 'import'], 'nothing to import from', '--from ansible:PATH'],
    [['completion', 'tcsh'], 'no completion for tcsh', 'bash, zsh, fish'],
    [['schema', 'fact'], 'no schema fact', 'Did you mean facts?'],
    [['checks', 'explain', 'no-such-check-at-all'], 'no check', 'osferry checks list'],
    [['checks', 'explain', 'x', '-o', 'csv'], 'checks explain cannot print csv', 'table, wide, json'],
    [['inventory', 'show', 'x', '-o', 'name'], 'inventory show cannot print name', 'yaml, ndjson'],
    [['completion', 'bash', '-o', 'json'], 'completion cannot print json', 'leave --output out'],
    [['-o', 'xml', 'config', 'view'], '--output', 'table, wide, json'],
  ])('%j: exit 64, what is wrong, what was meant', async (argv, message, hint) => {
    const { code, stdout, stderr } = await runCli(argv, { cwd })
    expect(code).toBe(64)
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect(stdout).toBe('')
  })

  it('a form that a command cannot print is passed over when it is a general setting', async () => {
    const env = { OSFERRY_OUTPUT: 'csv' }
    const { code, stdout } = await runCli(['checks', 'explain', 'cgroup-mode'], { cwd, env })
    expect(code).toBe(0)
    expect(stdout).toContain('What and why')
  })

  it('-o ndjson is one line a record, of a document too', async () => {
    const { stdout } = await runCli(['checks', 'explain', 'cgroup-mode', '-o', 'ndjson'], { cwd })
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({ id: 'cgroup-mode' })
  })

  it.each([[['--help']], [['collect', '--help']], [['colect']]])(
    '%j speaks the language of osferry.yaml',
    async (argv) => {
      await writeFile(join(cwd, 'osferry.yaml'), 'lang: zh-CN # for the team\n')
      const { stdout, stderr } = await runCli(argv, { cwd })
      expect(stdout + stderr).toMatch(/用法/)
      const english = await runCli([...argv, '--lang', 'en'], { cwd })
      expect(english.stdout + english.stderr).not.toMatch(/用法/)
    },
  )

  it('speaks Chinese when asked to', async () => {
    const { code, stderr } = await runCli(['collect', '--concurency', '3', '--lang', 'zh-CN'], { cwd })
    expect(code).toBe(64)
    expect(stderr).toContain('错误： 用法错误：未知选项 --concurency')
    expect(stderr).toContain('您是指 --concurrency 吗？')
  })
})

describe('bad files', () => {
  it('an unknown key of osferry.yaml: exit 78, place and nearest key', async () => {
    await writeFile(join(cwd, 'osferry.yaml'), 'assess:\n  failOnn: high\n')
    const { code, stderr } = await runCli(['config', 'view'], { cwd })
    expect(code).toBe(78)
    expect(stderr).toMatch(/osferry\.yaml:2:3: assess\.failOnn: .*did you mean "failOn"/)
  })

  it('a missing configuration file that was named: exit 78', async () => {
    const { code, stderr } = await runCli(['config', 'view', '-c', 'nope.yaml'], { cwd })
    expect(code).toBe(78)
    expect(stderr).toContain('nope.yaml')
  })

  it.each([
    ['a missing inventory', undefined, /inventory\.yaml does not exist/],
    ['an empty inventory', 'schema: inventory/v1\nhosts: []\n', /names no hosts/],
    ['a duplicate host', `${inventory}  - name: plain-worker\n`, /written twice: .*:3 and .*:4/],
    ['an unknown key', `${inventory}    prot: 22\n`, /inventory\.yaml:4:5/],
  ])('%s: exit 65 with the reason', async (_, text, message) => {
    if (text !== undefined) await writeFile(join(cwd, 'inventory.yaml'), text)
    const { code, stderr } = await runCli(['collect'], { cwd })
    expect(code).toBe(65)
    expect(stderr).toMatch(message)
    expect(await readdir(cwd)).toEqual(text === undefined ? [] : ['inventory.yaml'])
  })

  it('a selector that matches nothing: exit 65; one that cannot be read: exit 64', async () => {
    await writeFile(join(cwd, 'inventory.yaml'), inventory)
    expect((await runCli(['inventory', 'list', '-l', 'role=gone'], { cwd })).code).toBe(65)
    expect((await runCli(['inventory', 'list', '-l', 'role in (a'], { cwd })).code).toBe(64)
  })

  it.each<[string, (text: string) => string, string, RegExp]>([
    ['a truncated facts file', (text) => text.slice(0, 5000), 'DOCUMENT_INVALID', /plain-worker\.json/],
    [
      'a hand-edited facts file',
      (text) => text.replace('"status":"complete"', '"status":"fine"'),
      'DOCUMENT_INVALID',
      /status/,
    ],
    [
      'facts of a newer schema',
      (text) => text.replace('facts/v1', 'facts/v2'),
      'DOCUMENT_NEWER',
      /facts\/v2/,
    ],
  ])(
    '%s: exit 65, file and what was expected, no assessment left behind',
    async (...[, change, code, message]) => {
      await saveFacts(change)
      const result = await runCli(['assess'], { cwd })
      expect(result.code).toBe(65)
      expect(result.stderr).toContain(code)
      expect(result.stderr).toMatch(message)
      expect(await readdir(join(cwd, '.osferry'))).toEqual(['facts'])
    },
  )

  it.each([
    ['cut short', (text: string) => text.slice(0, 5000)],
    ['empty', () => ''],
    ['edited', (text: string) => text.replace('"status":"complete"', '"status":"fine"')],
  ])('one facts file that is %s: the others are judged, the document is whole, exit 3', async (_, change) => {
    await saveFacts(change)
    const [, second] = recordedFacts({ now: '2026-11-21T00:00:00.000Z', version: '0.1.0' })
    await writeFile(join(cwd, '.osferry/facts/second.json'), JSON.stringify(second))
    const { code, stdout, stderr } = await runCli(['assess', '-o', 'json', '--fail-on', 'never'], { cwd })
    const { hosts, exit, summary } = JSON.parse(stdout) as {
      hosts: { host: { name: string }; facts: { status: string; failure?: { code: string; hint: string } } }[]
      exit: { code: number; next: string[] }
      summary: { hosts: number }
    }
    const broken = hosts.find(({ host }) => host.name === 'plain-worker')
    expect(broken?.facts).toMatchObject({ status: 'failed', failure: { code: 'DOCUMENT_INVALID' } })
    expect(broken?.facts.failure?.hint).toContain('osferry collect -l host=plain-worker')
    expect({ code, summary: summary.hosts }).toEqual({ code: 3, summary: 2 })
    expect(exit.next).toEqual(expect.arrayContaining(['osferry collect -l host=plain-worker']))
    expect(stderr).toContain('plain-worker.json')
    const report = await runCli(['report', '--format', 'md=-'], { cwd })
    expect(report.stdout).toContain('DOCUMENT_INVALID')
  })

  it('a failing assess -o json prints nothing on stdout', async () => {
    await saveFacts((text) => text.slice(0, 5000))
    const { code, stdout } = await runCli(['assess', '-o', 'json'], { cwd })
    expect({ code, stdout }).toEqual({ code: 65, stdout: '' })
  })

  it('hosts that nobody collected from: never collected, and the command to run next', async () => {
    await writeFile(join(cwd, 'inventory.yaml'), inventory)
    const { code, stdout } = await runCli(['assess'], { cwd })
    expect(code).toBe(3)
    expect(stdout).toMatch(/plain-worker +missing +- +never collected/)
    expect(stdout).toContain('next: osferry collect --only-missing')
    expect(stdout).not.toContain('next: osferry report')
  })

  it('collect --only-missing goes past a facts file that is cut short', async () => {
    await writeFile(
      join(cwd, 'inventory.yaml'),
      `${inventory}    address: 127.0.0.1\n    ssh: { port: 1, backend: ssh2 }\n`,
    )
    await saveFacts(() => '{')
    const { stdout } = await runCli(['collect', '--only-missing', '-o', 'json'], { cwd })
    expect((JSON.parse(stdout) as { hosts: unknown[] }).hosts).toHaveLength(1)
  })

  it('SOURCE_DATE_EPOCH makes reports the same bytes again; a bad one is wrong usage', async () => {
    await saveFacts()
    const env = { SOURCE_DATE_EPOCH: '1767225600' }
    await runCli(['assess'], { cwd, env })
    const once = await runCli(['report', '--format', 'json=-'], { cwd, env })
    const again = await runCli(['report', '--format', 'json=-'], { cwd, env })
    expect(once.stdout).toContain('2026-01-01T00:00:00.000Z')
    expect(again.stdout).toBe(once.stdout)
    const bad = await runCli(['report'], { cwd, env: { SOURCE_DATE_EPOCH: 'today' } })
    expect(bad.code).toBe(64)
    expect(bad.stderr).toContain('SOURCE_DATE_EPOCH=today')
    const far = await runCli(['assess'], { cwd, env: { SOURCE_DATE_EPOCH: '253402300800' } })
    expect(far.code).toBe(64)
  })

  it('no facts and no inventory: exit 65 and the command to run first', async () => {
    const { code, stderr } = await runCli(['assess'], { cwd })
    expect(code).toBe(65)
    expect(stderr).toContain('osferry collect')
  })

  it('no assessment to report: exit 65 and the command to run first', async () => {
    const { code, stderr } = await runCli(['report'], { cwd })
    expect(code).toBe(65)
    expect(stderr).toContain('osferry assess')
  })

  it('a waiver without a reason is refused; expired, unknown and unmatched ones are reported', async () => {
    await saveFacts()
    await writeFile(
      join(cwd, 'bad.yaml'),
      "schema: waivers/v1\nwaivers: [{ check: x, selector: '*', owner: me, expires: 2030-01-01 }]\n",
    )
    const refused = await runCli(['assess', '--waivers', 'bad.yaml'], { cwd })
    expect(refused.code).toBe(65)
    expect(refused.stderr).toMatch(/bad\.yaml:2:\d+: waivers\[0\]\.reason/)
    const { stdout: list } = await runCli(['checks', 'list', '-o', 'name'], { cwd })
    const id = list.split('\n')[0] ?? ''
    const waiver = (check: string, selector: string, expires: string): string =>
      `  - { check: ${check}, selector: '${selector}', reason: r, owner: me, expires: ${expires} }\n`
    await writeFile(
      join(cwd, 'waivers.yaml'),
      `schema: waivers/v1\nwaivers:\n${waiver(id, '*', '2020-01-01')}${waiver(id, 'host=gone', '2099-01-01')}${waiver('no-such', '*', '2099-01-01')}`,
    )
    const { stdout } = await runCli(['assess', '--waivers', 'waivers.yaml'], { cwd })
    expect(stdout).toContain('expired')
    expect(stdout).toContain('covers nothing')
    expect(stdout).toContain('no such check')
  })

  it('a bad team check: exit 65, file and field', async () => {
    await mkdir(join(cwd, 'checks'))
    await writeFile(
      join(cwd, 'checks/ours.mjs'),
      "export const ours = { id: 'ours', evaluate: 1, needs: [] }\n",
    )
    const { code, stderr } = await runCli(['checks', 'list', '--checks', 'checks'], { cwd })
    expect(code).toBe(65)
    expect(stderr).toMatch(/ours\.mjs: ours: missing domain, targets/)
  })

  it('replacing an inventory without a person to ask: exit 4, and how to answer', async () => {
    await writeFile(join(cwd, 'inventory.yaml'), inventory)
    await writeFile(join(cwd, 'hosts.csv'), 'name\na\n')
    const refused = await runCli(['inventory', 'import', '--from', 'csv:hosts.csv'], { cwd, stdin: 'idle' })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain('--yes')
    expect((await runCli(['inventory', 'import', '--from', 'csv:hosts.csv', '--yes'], { cwd })).code).toBe(0)
  })
})
