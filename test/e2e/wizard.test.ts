import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ansibleInventory } from '../../src/cli/lab-files.ts'
import { unpack } from '../../src/cli/recorded-hosts.ts'
import { startLab } from '../../src/lab/start-lab.ts'
import { demoFleet } from '../../src/simulate/demo-fleet.ts'
import { recordings } from '../../src/simulate/recordings.ts'
import { bin } from '../support/osferry.ts'
import { runCli } from './run-cli.ts'
import { openTerminal, type PseudoTerminal } from '../support/terminal.ts'

const down = '\u001B[B'

/** A directory as an operator would have it: an Ansible inventory, a key, known_hosts; and the hosts really answer. */
async function fleet(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-wizard-e2e-'))
  const machines = await mkdtemp(join(tmpdir(), 'osferry-wizard-machines-'))
  const servers = await startLab({
    hosts: demoFleet,
    answers: new Map(recordings.map((recording) => [recording.name, unpack(recording)])),
    directory: machines,
    seed: 1,
    speed: 100,
    onError: (error) => {
      throw error
    },
    nowMs: () => Date.now(),
  })
  onTestFinished(async () => {
    await servers.close()
    await rm(directory, { recursive: true, force: true })
    await rm(machines, { recursive: true, force: true })
  })
  await writeFile(join(directory, 'key'), servers.key.privateKey, { mode: 0o600 })
  await writeFile(join(directory, 'known_hosts'), servers.knownHosts)
  await writeFile(join(directory, 'hosts'), ansibleInventory(servers))
  await writeFile(
    join(directory, 'osferry.yaml'),
    'ssh: { user: root, backend: ssh2, agent: false, identityFiles: [key], knownHostsFiles: [known_hosts] }\n',
  )
  return directory
}

function start(cwd: string, size: { columns?: number; rows?: number; lang?: string } = {}): PseudoTerminal {
  const { lang = 'en', ...rest } = size
  const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, OSFERRY_LANG: lang, SSH_AUTH_SOCK: '', NO_COLOR: '1' }
  const terminal = openTerminal([process.execPath, bin], { cwd, env, ...rest })
  onTestFinished(() => terminal.kill())
  return terminal
}

describe('osferry in a terminal', () => {
  it('ends with 143 when it is told to by a signal before anything was changed', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'osferry-wizard-signal-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    const script = `echo $$ > pid; exec '${process.execPath}' '${bin}'`
    const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, OSFERRY_LANG: 'en' }
    const terminal = openTerminal(['/bin/sh', '-c', script], { cwd, env })
    onTestFinished(() => terminal.kill())
    await terminal.shows('Another file')
    process.kill(Number(await readFile(join(cwd, 'pid'), 'utf8')), 'SIGTERM')
    expect(await terminal.exited).toBe(143)
    expect(terminal.screen().join('\n')).toContain('Start with: osferry')
  })

  it('takes a fleet from an Ansible inventory to written reports', async () => {
    const cwd = await fleet()
    const terminal = start(cwd, { rows: 30 })
    expect((await terminal.shows('Another file')).join('\n')).toMatch(/Ansible inventory +hosts +15 hosts/)
    terminal.type('\r')
    await terminal.shows('15 hosts in')
    terminal.type('\r')
    const tested = (await terminal.shows('13 of 15 hosts can be reached')).join('\n')
    expect(tested).toMatch(/HOST_KEY_CHANGED +1 host +pay03\.bank/)
    expect(tested).toMatch(/HOST_REFUSED +1 host +web04\.shop/)
    expect(tested).toContain('same as: osferry doctor --hosts')
    terminal.type('\r')
    await terminal.shows('leave these out')
    terminal.type('x')
    await terminal.shows('13 of 14 hosts')
    terminal.type(`${down}\r`)
    await terminal.shows('Collect facts from 13 hosts')
    terminal.type('\r')
    await terminal.shows('13 of 13 hosts answered')
    terminal.type('\r')
    const assessed = (await terminal.shows('Fix these first')).join('\n')
    expect(assessed).toContain('The cluster was not looked at')
    expect(assessed).toMatch(/ContainerOS +\d+ +\d+ +\d+ +\d+/)
    expect(assessed).toContain('15 hosts, 13 with complete facts')
    expect(assessed).toMatch(/same as: osferry assess$/)
    terminal.type('\r')
    const finding = (await terminal.shows('Why')).join('\n')
    expect(finding).toContain('Seen on')
    terminal.type('b')
    await terminal.shows('Fix these first')
    terminal.type('n')
    await terminal.shows('Reports were written')
    terminal.type(`${down}\r`)
    expect(await terminal.exited).toBe(0)
    expect(terminal.screen().some((line) => line.endsWith('.html'))).toBe(true)
    const html = terminal.screen().find((line) => line.endsWith('.html')) ?? ''
    expect((await stat(join(cwd, html.replace(`${cwd}/`, '')))).size).toBeGreaterThan(10_000)
    expect(
      (await readdir(join(cwd, '.osferry', 'facts'))).filter((name) => name.endsWith('.json')),
    ).toHaveLength(13)
    expect(await readFile(join(cwd, 'inventory.yaml'), 'utf8')).toContain('schema: inventory/v1')
  })

  it('tests the way to the hosts from the command line too', async () => {
    const cwd = await fleet()
    const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, SSH_AUTH_SOCK: '' }
    await runCli(['inventory', 'import', '--from', 'ansible:hosts'], { cwd, bin, env })
    const some = await runCli(['doctor', '--hosts'], { cwd, bin, env })
    expect(some.stdout).toMatch(/hosts that can be reached +13 \/ 15/)
    expect(some.stdout).toMatch(/connection refused +web04\.shop/)
    expect(some.stdout).toMatch(/host key changed +pay03\.bank/)
    expect(some.code).toBe(3)
    const others = ['doctor', '--hosts', '-l', 'host notin (web04.shop,pay03.bank)', '-o', 'json']
    const all = await runCli(others, { cwd, bin, env })
    expect(all.stdout).toContain('13 / 13')
    expect(all.code).toBe(0)
    expect(await readdir(cwd)).not.toContain('.osferry')
  })

  it('saves and resumes, in Chinese, at 60 columns, and is clean after Ctrl-C', async () => {
    const cwd = await fleet()
    const first = start(cwd, { columns: 60, lang: 'zh-CN' })
    await first.shows('其他文件')
    first.type('\r')
    await first.shows('跳过测试')
    first.type('s')
    expect(await first.exited).toBe(0)
    expect(first.screen().join('')).toContain('.osferry/wizard.yaml')
    const second = start(cwd, { columns: 60, lang: 'zh-CN' })
    await second.shows('从上次停下的地方继续')
    second.type('\r')
    const resumed = await second.shows('跳过测试')
    expect(resumed[0]).toMatch(/\[连通性\].*只读/)
    second.type('\u0003')
    expect(await second.exited).toBe(130)
    expect(second.raw().lastIndexOf('\u001B[?25h')).toBeGreaterThan(second.raw().lastIndexOf('\u001B[?25l'))
    expect(second.screen().join('')).toContain('继续：osferry')
  })
})
