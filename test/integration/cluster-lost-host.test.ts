import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mergePatch } from '../support/control-plane/api.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { actsIn, planNodes } from '../support/node-project.ts'

let world: DrainWorld
beforeAll(async () => {
  world = await startDrainWorld({ release: 'newest', nodes: 2 })
})
afterAll(async () => await world.stop())

async function boot(): Promise<void> {
  const body = { status: { nodeInfo: { bootID: randomUUID() } } }
  await world.api.request('PATCH', '/api/v1/nodes/node-1/status', { body, contentType: mergePatch })
}

it('says of a host that does not come back what to look at and what to run then: exit 7', async () => {
  await boot()
  const uids: Record<string, string> = {}
  for (const name of ['node-1', 'node-2']) uids[name] = (await world.node(name)).metadata.uid
  const replace = '    - { uses: node.wait-ready, timeout: 15s, with: { stableFor: 1s } }\n'
  const digest = await planNodes(world.cwd, uids, { run: (args) => world.run(args), replace })
  const apply = [
    'apply',
    'plan.json',
    '--playbook',
    'nodes-only.yaml',
    '--approve',
    digest,
    '--only',
    'node-1',
  ]
  const { exitCode, stdout, stderr } = await world.run(apply)
  expect([exitCode, stdout]).toEqual([
    7,
    expect.stringMatching(/^node-1 +✖ failed, past the point of no return/m),
  ])
  expect(stdout).toContain(
    'node.wait-ready: node-1 did not come back in time; it still waits: until the machine has booted',
  )
  expect(stdout).toContain('look at the console of the machine')
  expect(stderr).toMatch(/^next: osferry.* rollback node-1 --approve [0-9a-f]{12}$/m)
  // Nothing new comes to it until somebody has looked.
  expect((await world.node('node-1'))['spec']).toMatchObject({ unschedulable: true })
  const [, next = ''] = /^next: osferry (runs resume \S+ --retry node-1)$/m.exec(stderr) ?? []
  await boot()
  const again = await world.run([...next.split(' '), '--only', 'node-1'])
  expect([again.exitCode, again.stderr]).toEqual([0, again.stderr])
  expect(actsIn(world.cwd)).toEqual(['node-1'])
  expect((await world.node('node-1'))['spec']).not.toHaveProperty('unschedulable')
})
