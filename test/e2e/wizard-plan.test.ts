import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Plan } from '../../src/model/plan.ts'
import { commandWords } from '../../src/wizard/command-words.ts'
import { budgetStatus, clusterBudget, clusterNode, clusterPod } from '../support/cluster-fixture.ts'
import { writeSnapshot } from '../support/cluster-file-fixture.ts'
import { factsWith } from '../support/facts-fixture.ts'
import { makeKey } from '../support/ssh-keys.ts'
import { bin, osferry } from '../support/osferry.ts'
import { openTerminal, type PseudoTerminal } from '../support/terminal.ts'

vi.setConfig({ testTimeout: 300_000 })
const down = '\u001B[B'
const end = '\u001B[F'
const hosts = ['worker-1', 'worker-2', 'worker-3', 'spare-1']

/** Four hosts with facts and a snapshot: three of a group of workers, of which one has data of its own, and a spare one. */
async function fleet(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'osferry-wizard-plan-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  await mkdir(join(cwd, '.osferry', 'facts'), { recursive: true })
  const rows = hosts.map((name) => `  - { name: ${name}, groups: [${name.replace(/-\d$/, 's')}] }\n`)
  await writeFile(join(cwd, 'inventory.yaml'), `schema: inventory/v1\nhosts:\n${rows.join('')}`)
  for (const name of hosts) {
    const facts = factsWith({
      kernel: { release: '4.18.0-348.7.1.el8_5.x86_64' },
      images: { localOnly: [] },
    })
    const path = join(cwd, '.osferry', 'facts', `${name}.json`)
    await writeFile(path, JSON.stringify({ ...facts, host: { ...facts.host, name } }))
  }
  const volumes = [{ name: 'data', kind: 'hostPath', path: '/var/srv/log' } as const]
  await writeSnapshot(join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: {
      nodes: hosts.map((_, index) => clusterNode(`node-${index + 1}`)),
      pods: [
        ...hosts.map((_, index) => clusterPod(`web-${index}`, { node: `node-${index + 1}` })),
        clusterPod('log-0', { node: 'node-2', labels: { app: 'log' }, volumes: [...volumes] }),
      ],
      budgets: [clusterBudget('web', { maxUnavailable: 1, status: budgetStatus({}) })],
    },
    hosts: {
      matches: hosts.map((host, index) => ({ host, node: `node-${index + 1}`, by: ['machine-id' as const] })),
      findings: [],
    },
  })
  return cwd
}

function start(
  cwd: string,
  size: { rows?: number } = {},
): {
  terminal: PseudoTerminal
  step: (text: string, keys: string) => Promise<string>
} {
  const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, OSFERRY_LANG: 'en', SSH_AUTH_SOCK: '', NO_COLOR: '1' }
  const terminal = openTerminal([process.execPath, bin], { cwd, env, ...size })
  onTestFinished(() => terminal.kill())
  const step = async (text: string, keys: string): Promise<string> => {
    const screen = (await terminal.shows(text)).join('\n')
    terminal.type(keys)
    return screen
  }
  return { terminal, step }
}

/** With the facts and the snapshot that are there. */
async function toTargets(step: (text: string, keys: string) => Promise<string>): Promise<void> {
  await step('inventory.yaml', '\r')
  await step('Go on without a test', `${down}\r`)
  await step('Go on with the facts', `${down}\r`)
  const cluster = await step('Go on with this snapshot', '\r')
  expect(cluster).toContain('Snapshot of test, just taken: 4 nodes, 4 hosts found among them.')
  expect(cluster).toContain('! No cluster can be asked: there is no kubeconfig')
  await step('4 with complete facts', 'n')
  await step('Reports were written', '\r')
}

describe('a plan made in the wizard', () => {
  it('is made again, byte by byte, by the command that the wizard prints; also after leaving in the middle', async () => {
    const cwd = await fleet()
    const first = start(cwd)
    await toTargets(first.step)
    await first.step('What shall each group become?', '\r')
    await first.step('group=workers: 3 hosts', '/ContainerOS')
    await first.step('filter: ContainerOS', '\r\r')
    await first.step('What shall each group become?', `${down}\r`)
    await first.step('group=spares: 1 host', `${end}\r`)
    const targets = await first.step('not now', `${end}\r`)
    expect(targets).toMatch(/group=workers +3 +ContainerOS/)
    const data = await first.step('are not decided', '\r')
    expect(data).toContain('same as: osferry plan create --options plan.options.yaml -l group=workers')
    const chosen = await first.step('size unknown', '/park')
    expect(chosen).toMatch(/Used by shop\//)
    await first.step('filter: park', '\r\r')
    await first.step('What lives on these hosts only', 's')
    expect(await first.terminal.exited).toBe(0)

    const second = start(cwd)
    await second.step('Go on where it stopped', '\r')
    for (let screen = await second.step('What lives on', ''); screen.includes('are not decided');) {
      second.terminal.type('\r')
      await second.step('DISCARD   LOST', `${end}\r`)
      await second.step('why, and who says so?', 'scratch (li.wei)\r')
      screen = await second.step('What lives on', '')
    }
    await second.step('Every kind of local data is decided', `${end}\r`)
    await second.step('How does the move go?', '/Findings')
    await second.step('filter: Findings', '\r\r')
    await second.step('only what blocks', `${end}\r`)
    await second.step('4 must be answered', '\r')
    await second.step('CentOS is installed anew', `${down.repeat(4)}\r`)
    await second.step('3 must be answered', '\r')
    await second.step('a program of your own', '\r')
    await second.step('Program:', '/opt/ours/reinstall --host "a b"\r')
    await second.step('2 must be answered', '\r')
    await second.step('VARIANT_ID:', 'lifsea\r')
    await second.step('1 must be answered', '\r')
    await second.step('s3://BUCKET', '\r')
    await second.step('All is answered', '\r')
    const waves = await second.step('Go on to the review', 'n')
    expect(waves).toMatch(/3 of 3 hosts to ContainerOS in \d waves/)
    expect(waves).toMatch(/0 canary +1 +▇+░*/)
    await second.step('⚑ 3 nodes with a point of no return', 'b')
    await second.step('Go on to the review', 'n')
    const review = await second.step('Leave it at the plan', `${end}\r`)
    expect(review).toContain('Written: plan.json, and the answers: plan.options.yaml')
    expect(await second.terminal.exited).toBe(0)

    const printed = second.terminal.screen()
    expect(printed.slice(0, 2)).toEqual(['plan.json', 'plan.options.yaml'])
    const made = await readFile(join(cwd, 'plan.json'))
    const plan = Plan.parse(JSON.parse(made.toString()))
    expect(plan.nodes.map(({ host }) => host).sort()).toEqual(['worker-1', 'worker-2', 'worker-3'])
    await rename(join(cwd, 'plan.json'), join(cwd, 'wizard.json'))
    const [program, ...args] = commandWords(printed.slice(2).join(' ')) ?? []
    expect(program).toBe('osferry')
    expect(await osferry(args, { cwd })).toMatchObject({ exitCode: 0 })
    expect((await readFile(join(cwd, 'plan.json'))).equals(made)).toBe(true)
    expect((await osferry(['plan', 'diff', 'wizard.json', 'plan.json'], { cwd })).exitCode).toBe(0)
  })

  it('of a playbook of the team is made again, byte by byte, by its answers, and holds that playbook', async () => {
    const cwd = await fleet()
    const text = await readFile(
      new URL('../../playbooks/centos8-to-anolis-rhck.yaml', import.meta.url),
      'utf8',
    )
    await writeFile(join(cwd, 'ours.yaml'), text.replace('name: centos8-to-anolis-rhck', 'name: ours'))
    const { terminal, step } = start(cwd)
    await toTargets(step)
    await step('What shall each group become?', '\r')
    await step('group=workers: 3 hosts', '/own')
    await step('filter: own', '\r\r')
    await step('Playbook:', `${cwd}/ours.yaml\r`)
    await step('What shall each group become?', `${down}\r`)
    await step('group=spares: 1 host', `${end}\r`)
    const targets = await step('not now', `${end}\r`)
    expect(targets).toMatch(/group=workers +3 +Anolis RHCK +ours\.yaml/)
    await step('What lives on these hosts only', `${end}\r`)
    await step('2 must be answered', '\r')
    await step('CentOS is installed anew', `${down.repeat(2)}\r`)
    await step('1 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('All is answered', '\r')
    await step('Go on to the review', 'n')
    await step('Leave it at the plan', `${end}\r`)
    expect(await terminal.exited).toBe(0)
    expect(await readFile(join(cwd, 'plan.options.yaml'), 'utf8')).toContain('\nplaybook: ours.yaml\n')
    const made = await readFile(join(cwd, 'plan.json'))
    const { playbook, nodes } = Plan.parse(JSON.parse(made.toString()))
    expect(playbook.name).toBe('ours')
    expect(nodes.length).toBeGreaterThan(0)
    await rename(join(cwd, 'plan.json'), join(cwd, 'wizard.json'))
    const [, ...args] = commandWords(terminal.screen().slice(2).join(' ')) ?? []
    expect(await osferry(args, { cwd })).toMatchObject({ exitCode: 0 })
    expect((await readFile(join(cwd, 'plan.json'))).equals(made)).toBe(true)
  })

  it('is signed by the command of the review, and can be started when enough of the allowed people have', async () => {
    const cwd = await fleet()
    const people = ['alice', 'bob', 'eve'].map((name) => ({ name, ...makeKey(cwd, name) }))
    const allowed = people.slice(0, 2).map(({ name, publicKey }) => `${name}@example.com ${publicKey}\n`)
    await writeFile(join(cwd, 'signers'), allowed.join(''))
    await writeFile(join(cwd, 'osferry.yaml'), 'approvals: { allowedSigners: signers, require: 2 }\n')
    const { terminal, step } = start(cwd, { rows: 40 })
    await toTargets(step)
    await step('What shall each group become?', '\r')
    await step('group=workers: 3 hosts', '/RHCK')
    await step('filter: RHCK', '\r\r')
    await step('What shall each group become?', `${down}\r`)
    await step('group=spares: 1 host', `${end}\r`)
    await step('not now', `${end}\r`)
    await step('What lives on these hosts only', `${end}\r`)
    await step('2 must be answered', '\r')
    await step('CentOS is installed anew', `${down.repeat(2)}\r`)
    await step('1 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('All is answered', '\r')
    await step('Go on to the review', 'n')
    await step('Approvals: 0 of 2, 2 missing', '\r')
    const asked = await step('Nobody has signed this plan.', '')
    const line = asked.split('\n').find((text) => text.includes('osferry plan approve')) ?? ''
    const [program, ...args] = commandWords(line.trim()) ?? []
    expect([program, ...args.slice(0, 4)]).toEqual(['osferry', 'plan', 'approve', 'plan.json', '--key'])
    for (const { name, path } of people) {
      const signing = args.map((word) => (word === '~/.ssh/id_ed25519' ? path : word))
      expect(await osferry([...signing, '--yes'], { cwd })).toMatchObject({ exitCode: 0 })
      terminal.type('r')
      if (name === 'alice') await step('1 of 2 approvals count, 1 missing', '')
    }
    const enough = await step('✖ eve@example.com', 'b')
    expect(enough).toContain('Enough have approved: 2 of 2')
    expect(enough).toMatch(/✔ bob@example\.com .*\n +ED25519 key SHA256:/)
    await step('Start now', '\r')
    await step('To start plan.json', '\u0003')
    expect(await terminal.exited).toBe(130)
  })

  it('never writes over answers that somebody wrote by hand', async () => {
    const cwd = await fleet()
    await writeFile(join(cwd, 'plan.options.yaml'), 'schema: plan-options/v1\n')
    const { terminal, step } = start(cwd)
    await toTargets(step)
    await step('What shall each group become?', '\r')
    await step('group=workers: 3 hosts', '/RHCK')
    await step('filter: RHCK', '\r\r')
    await step('What shall each group become?', `${end}\r`)
    await step('What lives on these hosts only', `${end}\r`)
    await step('2 must be answered', '\r')
    await step('CentOS is installed anew', '\r')
    await step('1 must be answered', '\r')
    await step('simulated machines', `${down}\r`)
    await step('All is answered', '\r')
    const refused = await step('was not written by the wizard, and stays as it is', '\u0003')
    expect(refused).toContain('osferry plan create --options')
    expect(await terminal.exited).toBe(130)
    expect(await readFile(join(cwd, 'plan.options.yaml'), 'utf8')).toBe('schema: plan-options/v1\n')
  })

  it('is not begun with a session that somebody has changed', async () => {
    const cwd = await fleet()
    const session = 'schema: wizard-session/v1\nsavedAt: 2026-11-21T00:00:00.000Z\nlanguage: en\nstage: fly\n'
    await writeFile(join(cwd, '.osferry', 'wizard.yaml'), `${session}targets: [containeros]\nskipped: []\n`)
    const { terminal, step } = start(cwd)
    const screen = await step('Where are the hosts?', '\u0003')
    expect(screen).toMatch(/the saved session cannot be read/)
    expect(terminal.raw()).toContain('wizard.yaml:4')
    expect(await terminal.exited).toBe(130)
    expect(await readFile(join(cwd, '.osferry', 'wizard.yaml'), 'utf8')).toContain('stage: fly')
  })
})
