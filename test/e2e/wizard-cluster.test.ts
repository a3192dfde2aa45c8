import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { endLabProgram, startLabProgram } from '../support/lab-program.ts'
import { bin } from '../support/osferry.ts'
import { openTerminal } from '../support/terminal.ts'

const down = '\u001B[B'

/** A lab in a directory of its own, with a cluster of two of its hosts; gives the directory of its project. */
async function lab(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'osferry-wizard-cluster-'))
  const program = startLabProgram(['--hosts', '3', '--cluster', '2', '--dir', 'lab', '--seed', '1'], cwd)
  onTestFinished(async () => {
    await endLabProgram(program)
    await rm(cwd, { recursive: true, force: true })
  })
  await program.ready
  return join(cwd, 'lab')
}

it('takes a snapshot in the wizard, of hosts that were collected before, and judges them with it', async () => {
  const cwd = await lab()
  const env = { HOME: cwd, XDG_CONFIG_HOME: cwd, OSFERRY_LANG: 'en', SSH_AUTH_SOCK: '', NO_COLOR: '1' }
  const terminal = openTerminal([process.execPath, bin], { cwd, env })
  onTestFinished(() => terminal.kill())
  const step = async (text: string, keys: string): Promise<string> => {
    const screen = (await terminal.shows(text)).join('\n')
    terminal.type(keys)
    return screen
  }
  await step('inventory.yaml', '\r')
  await step('Go on without a test', `${down}\r`)
  await step('Collect facts from 3 hosts', '\r')
  await step('Go on to the assessment', '\r')
  await step('There is none yet', '\r')
  const taken = await step('just taken', '\r')
  expect(taken).toMatch(/just taken: 2 nodes, 2 hosts found\s+among them\./)
  expect(await step('with complete facts', 's')).toMatch(/Cluster .*: 2 nodes, 2 hosts matched to nodes/)
  expect(await terminal.exited).toBe(0)
})
