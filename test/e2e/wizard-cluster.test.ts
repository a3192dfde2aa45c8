import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bin } from '../support/osferry.ts'
import { openTerminal } from '../support/terminal.ts'

const down = '\u001B[B'

/** A lab in a directory of its own, with a cluster of two of its hosts; gives the directory of its project. */
async function lab(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'osferry-wizard-cluster-'))
  const args = ['lab', '--hosts', '3', '--cluster', '2', '--dir', 'lab', '--seed', '1']
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(async () => {
    const closed = once(child, 'close')
    if (child.exitCode === null && child.kill('SIGINT')) await closed
    await rm(cwd, { recursive: true, force: true })
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text
      if (said.includes('Ctrl-C')) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('close', () => reject(new Error(`the lab has ended: ${said}`)))
  })
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
