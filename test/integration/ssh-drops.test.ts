import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import { runExit } from '../../src/cli/run-exit.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { commandContext } from '../support/command-context.ts'
import { dataRun, failuresOf, parkedPath, process, saveFacts, type DataRun } from '../support/data-run.ts'
import { bash, describeTree } from '../support/data-tree.ts'
import { startImageHost, type ImageHost } from '../support/image-host.ts'
import { writeLayout, type LayoutImage } from '../support/image-layout.ts'
import { knownHostsFile, sshHost, sshSettings } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.ts'

/** Every step of a move that speaks to the host, in their order. */
const onHost: readonly StepName[] = [
  'images.park',
  'data.park',
  'host.provision',
  'node.verify-os',
  'data.restore',
  'images.restore',
]
// A move over real SSH, twice.
vi.setConfig({ testTimeout: 600_000 })

const bed = createSshdBed()
const root = mkdtempSync('/var/tmp/osferry-ssh-drops-')
const directory = join(root, 'data')
const machineId = randomBytes(16).toString('hex')
let old: ImageHost
let fresh: ImageHost
let way: TcpSwitch
let image: LayoutImage
let before = ''

beforeAll(async () => {
  image = writeLayout(join(root, 'image'), { content: 'content', names: ['localhost/app:1'] })
  old = await startImageHost(bed, 'old', { machineId })
  fresh = await startImageHost(bed, 'fresh', { machineId })
  old.ctr('images', 'import', '--no-unpack', image.archive)
  way = await startTcpSwitch(old.sshd.port)
})
beforeEach(async () => {
  await way.comeBack()
  way.to = old.sshd.port
  rmSync(markerOf(directory), { force: true })
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  bash(directory, 'mkdir a; echo one > a/one; chmod 600 a/one; chown 12:34 a')
  // Nothing that makes it smaller: a drop in the middle is one in the middle of data.
  writeFileSync(join(directory, 'large'), randomBytes(1024 * 1024))
  before = describeTree(directory)
  for (const name of Object.keys(fresh.names())) fresh.ctr('images', 'rm', name)
})
afterAll(async () => {
  rmSync(markerOf(directory), { force: true })
  await way.close()
  await old.close()
  await fresh.close()
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})

/** A host with data and an image of its own, whose disk is written anew by another machine in its place. */
async function runOf(more: Partial<DataRun> = {}, backend: 'ssh2' | 'openssh' = 'ssh2'): Promise<DataRun> {
  const lines = [old, fresh].map(({ publicKey }) => `[127.0.0.1]:${way.port} ${publicKey}\n`)
  const knownHostsFiles = [knownHostsFile(bed, lines.join(''))]
  const settings = sshSettings(bed, { port: way.port, knownHostsFiles, backend })
  const usedBy = ['localhost/app:1']
  const run = dataRun({
    host: sshHost('127.0.0.1', settings, 'host-1'),
    data: [parkedPath(directory), parkedPath('images', { id: 'images', kind: 'images', path: null, usedBy })],
    images: true,
    hurry: 1000,
    async provision() {
      rmSync(directory, { recursive: true })
      way.to = fresh.sshd.port
      way.cut()
      await Promise.resolve()
    },
    ...more,
  })
  onTestFinished(run.close)
  await saveFacts(run, machineId)
  return run
}

function expectMoved(): void {
  expect(describeTree(directory)).toBe(before)
  expect(fresh.names()['localhost/app:1']).toBe(image.digest)
}

it.each([
  { backend: 'ssh2', bytes: 0, least: onHost.length },
  { backend: 'openssh', bytes: 0, least: onHost.length },
  { backend: 'ssh2', bytes: 5000, least: 2 },
  { backend: 'ssh2', bytes: 100_000, least: 1 },
] as const)(
  'goes on when the connection is dropped once in each step after $bytes bytes, over $backend',
  async ({ backend, bytes, least }) => {
    const drops = way.drops
    const onEvent: DataRun['onEvent'] = ({ body }) => {
      if (body.type === 'node-started' || body.type === 'step-done') way.cutAfter(bytes)
    }
    const run = await runOf({ onEvent }, backend)
    expect(await process(run)).toMatchObject({ exitCode: 0, nodes: [{ state: 'done' }] })
    expect(way.drops - drops).toBeGreaterThanOrEqual(least)
    // What a new connection could not make good at once is another attempt of the step.
    for (const failure of failuresOf(run)) expect(failure).toMatch(/ transient HOST_(LOST|PROTOCOL|REFUSED)$/)
    expectMoved()
  },
)

it.each(onHost.map((uses, index) => ({ uses, isBefore: index < 3 })))(
  'says what to run when the host cannot be reached any more in $uses, and goes on from there',
  async ({ uses, isBefore }) => {
    const first = onHost[onHost.indexOf(uses) - 1]
    const run = await runOf({
      onEvent({ body }) {
        if (body.type === 'node-started' && first === undefined) way.leave()
        if (body.type === 'step-done' && body.uses === first) way.leave()
      },
    })
    const result = await process(run)
    expect(result).toMatchObject({
      exitCode: isBefore ? 8 : 7,
      nodes: [
        {
          state: isBefore ? 'returned' : 'failed',
          isPastPointOfNoReturn: !isBefore,
          failed: {
            uses,
            failure: {
              class: 'transient',
              code: expect.stringMatching(/^HOST_(LOST|PROTOCOL|REFUSED)$/) as string,
              message: expect.stringContaining('host-1') as string,
            },
          },
        },
      ],
    })
    const digest = createHash('sha256').update('the plan').digest('hex')
    const context = await commandContext(run.state)
    const { reason, next } = runExit(context, result, { run: 'run-1', selection: {}, digest })
    const retry = 'osferry runs resume run-1 --retry node-1'
    expect(reason).toContain(
      isBefore ? 'node-1 given back as found' : 'node-1 failed, and could not be given back as found',
    )
    expect(next).toEqual(
      isBefore
        ? [retry]
        : [retry, `osferry rollback node-1 --approve ${digest.slice(0, 12)}`, 'osferry runs show run-1'],
    )
    await way.comeBack()
    const resumed = { ...run, onEvent: () => undefined, selection: { retry: ['node-1'] } }
    expect(await process(resumed)).toMatchObject({ exitCode: 0, nodes: [{ state: 'done' }] })
    expectMoved()
  },
)
