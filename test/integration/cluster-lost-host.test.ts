import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { mergePatch } from '../support/control-plane/api.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { actsIn, planNodes } from '../support/node-project.ts'
import { applyWords, type OsferryRun } from '../support/osferry.ts'
import { nodesNamed } from '../support/server-nodes.ts'
import { knownHostsFile } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'
import { startTcpSwitch } from '../support/tcp-switch.ts'
import { startTestMachine } from '../support/test-machine.ts'

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
  const nodes = await nodesNamed(world, ['node-1', 'node-2'])
  const replace = '    - { uses: node.wait-ready, timeout: 15s, with: { stableFor: 1s } }\n'
  const digest = await planNodes(world.cwd, nodes, { run: (args) => world.run(args), replace })
  const apply = applyWords('nodes-only.yaml', digest, '--only', 'node-1')
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

it('gives a node back whose address leads to another machine, and replaces it when that is mended: exit 8', async () => {
  const bed = createSshdBed()
  const [own, other] = [await startTestMachine(bed), await startTestMachine(bed)]
  const way = await startTcpSwitch(other.sshd.port)
  const cwd = mkdtempSync(path.join(world.cwd, 'another-'))
  onTestFinished(async () => {
    await way.close()
    await bed.close()
    rmSync(cwd, { recursive: true })
  })
  const { machineId: machineID, bootId: bootID } = own
  const body = { status: { nodeInfo: { machineID, bootID } } }
  await world.api.request('PATCH', '/api/v1/nodes/node-2/status', { body, contentType: mergePatch })
  // Both keys are known: only what the machine tells of itself gives it away.
  const lines = [own, other].map(({ publicKey }) => `[127.0.0.1]:${way.port} ${publicKey}\n`)
  const ssh = {
    user: 'root',
    port: way.port,
    identityFiles: [bed.keyFile],
    knownHostsFiles: [knownHostsFile(bed, lines.join(''))],
    agent: false,
    backend: 'ssh2',
  }
  const hosts = [{ name: 'node-2', address: '127.0.0.1', ssh }]
  writeFileSync(path.join(cwd, 'inventory.yaml'), JSON.stringify({ schema: 'inventory/v1', hosts }))
  const run = async (args: readonly string[]): Promise<OsferryRun> => await world.run(args, { cwd })
  const nodes = await nodesNamed(world, ['node-2'])
  const digest = await planNodes(cwd, nodes, { run, provision: { machine: 'proven' } })
  const apply = applyWords('nodes-only.yaml', digest)
  const { exitCode, stdout, stderr } = await run(apply)
  expect([exitCode, stdout]).toEqual([8, expect.stringMatching(/^node-2 +↩ returned as found/m)])
  expect(stdout).toMatch(
    /cluster\.cordon: node-2: another machine answers at its address: it .*has the\s+machine id/,
  )
  expect(stdout).toContain('[HOST_IS_ANOTHER]')
  expect(actsIn(cwd)).toEqual([])
  expect((await world.node('node-2'))['spec']).not.toHaveProperty('unschedulable')
  const [, next = ''] = /^next: osferry (runs resume \S+ --retry node-2)$/m.exec(stderr) ?? []
  way.to = own.sshd.port
  const again = await run(next.split(' '))
  expect([again.exitCode, again.stderr]).toEqual([0, again.stderr])
  expect(actsIn(cwd)).toEqual(['node-2'])
})
