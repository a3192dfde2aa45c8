import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { planDigest } from '../../src/inventory/plan-file.ts'
import { Plan } from '../../src/model/plan.ts'
import { startLabProject, type LabProject } from '../support/lab-project.ts'
import { bin } from '../support/osferry.ts'
import { openTerminal, type PseudoTerminal } from '../support/terminal.ts'

vi.setConfig({ testTimeout: 600_000 })
const down = '\u001B[B'
const end = '\u001B[F'

/** Waits for what the screen shows, types, and gives the screen that was there. */
type Step = (text: string | RegExp, keys: string) => Promise<string>

function openWizard({ cwd }: LabProject): { terminal: PseudoTerminal; step: Step } {
  const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, OSFERRY_LANG: 'en', SSH_AUTH_SOCK: '', NO_COLOR: '1' }
  const terminal = openTerminal([process.execPath, bin], { cwd, env, rows: 40, columns: 110 })
  onTestFinished(() => terminal.kill())
  return {
    terminal,
    async step(text, keys) {
      const screen = (await terminal.shows(text)).join('\n')
      terminal.type(keys)
      return screen
    },
  }
}

/** With the facts and the snapshot that are there, and the playbook whose nodes need not be ready for long. */
async function toData(step: Step): Promise<void> {
  await step('inventory.yaml', '\r')
  await step('Go on without a test', `${down}\r`)
  await step('Go on with the facts', `${down}\r`)
  await step('Go on with this snapshot', '\r')
  await step('with complete facts', 'n')
  await step('Reports were written', '\r')
  await step('What shall each group become?', '\r')
  await step('In the way', '/own')
  await step('filter: own', '\r\r')
  await step('Playbook:', 'quick.yaml\r')
  await step('Go on: plan ContainerOS (quick.yaml)', `${end}\r`)
}

/** One node after the other, without a rest between them. */
async function toReview(step: Step): Promise<void> {
  await toData(step)
  await step('2 of 3 kinds of local data', '\r')
  await step('DISCARD   LOST', '\r')
  await step('why, and who says so?', 'scratch space (li.wei)\r')
  await step('1 of 3 kinds of local data', '\r')
  await step('DISCARD   LOST', '/park')
  await step('filter: park', '\r\r')
  await step('Every kind of local data is decided', `${end}\r`)
  for (const title of ['Rest after', 'Rest between']) {
    await step('How does the move go?', `/${title}`)
    await step(`filter: ${title}`, '\r\r')
    await step('Rest:', '\u00150s\r')
  }
  await step('How does the move go?', '/Findings')
  await step('filter: Findings', '\r\r')
  await step('only what blocks', `${end}\r`)
  await step('4 must be answered', '\r')
  await step('the disk with CentOS is kept', `${down}\r`)
  await step('3 must be answered', '\r')
  await step('simulated machines', `${down}\r`)
  await step('2 must be answered', '\r')
  await step('VARIANT_ID:', 'lifsea\r')
  await step('1 must be answered', '\r')
  await step('s3://BUCKET', '\r')
  await step('All is answered', '\r')
  await step('Go on to the review', 'n')
}

async function runsOf(project: LabProject): Promise<object[]> {
  const { stdout } = await project.run(['runs', 'list', '-o', 'json'])
  return (JSON.parse(stdout) as { items: object[] }).items
}

it('moves a fleet from the first question to the last screen, with what is waited for and a pause between', async () => {
  const project = await startLabProject({ nodes: 2 })
  onTestFinished(() => project.stop())
  const before = await project.kept()
  const { terminal, step } = openWizard(project)
  await toReview(step)

  const review = await step('Start now: the digest must be typed', '\r')
  expect(review).toContain('This plan makes ContainerOS of 2 hosts in 2 waves; 0 left out')
  const plan = Plan.parse(JSON.parse(await readFile(join(project.cwd, 'plan.json'), 'utf8')))
  const digest = planDigest(plan)
  const wrong = `${digest.slice(0, 11)}${digest[11] === '0' ? '1' : '0'}`
  await step('Digest:', `${wrong}\r`)
  await step('This is not the digest of the plan.', '\u0015')
  expect(await runsOf(project)).toEqual([])
  terminal.type(`${digest.slice(0, 12)}\r`)

  const run = await step(/node-01 +migrate {2}cluster\.drain +\d+s\n +waits \d+s: /, 'p')
  expect(run).toMatch(/\[Run\] › End +CHANGES HOSTS/)
  expect(run).toContain('0/2 nodes done · waves 0/2 · 0 failed · 0 given back')
  await step('Paused: the steps in hand are finished, nothing is begun.', '')
  // The drain is a step in hand; nothing of the host is touched after it.
  const paused = await step(/Paused[^]*node-01 +between steps/, 'p')
  expect(paused).toContain('node-01 migrate cluster.drain done')
  expect(paused).toContain('p go on')
  const gone = await step(
    /⚑ node-01 +replace {2}node\.wait-ready +\d+s\n +waits \d+s: says that it is Ready/,
    'o',
  )
  expect(gone).not.toContain('Paused')
  const log = await step('node-01 replace host.provision done', 'o')
  expect(log).toContain('run paused: somebody paused it in the wizard')
  await step('1/2 nodes done · waves 1/2', '')
  await step(/⚑ node-02 +replace {2}node\.wait-ready/, '')

  const last = await step('What became of 2 nodes', '\r')
  expect(last).toMatch(/\[End\] +READ ONLY/)
  expect(last).toMatch(/^Run \S+ has stopped: ✔ done 2$/m)
  expect(last).toContain('Exit code 0: done, clean.')
  expect(last).toContain('Journal: .osferry/journal.db')
  // Nothing is left to be done.
  expect(last).not.toContain('Next:')
  expect(await step(/node-01 {2}✔ done[^]*node-02 {2}✔ done/, 'b')).not.toContain('Exit code')
  await step('What became of 2 nodes', `${end}\r`)
  expect(await terminal.exited).toBe(0)

  const [, id] = /^Run (\S+) has stopped/m.exec(last) ?? []
  expect(await runsOf(project)).toEqual([expect.objectContaining({ id, status: 'done' })])
  expect(await project.kept()).toEqual(before)
  expect(await project.moved()).toMatchObject({
    'node-01': { generations: ['0'] },
    'node-02': { generations: ['0'] },
  })
})
