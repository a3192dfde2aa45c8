import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import {
  configFile,
  dataRun,
  failuresOf,
  parkedPath,
  process,
  saveFacts,
  type DataRun,
} from '../support/data-run.ts'
import { bash, describeTree } from '../support/data-tree.ts'
import { startS3FaultProxy, type Fault, type S3FaultProxy } from '../support/s3-server/fault-proxy.ts'
import { startS3Server, type S3Server } from '../support/s3-server/start.ts'
import { knownHostsFile, sshHost, sshSettings } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'
import { startTestMachine, type TestMachine } from '../support/test-machine.ts'

const bed = createSshdBed()
const root = mkdtempSync('/var/tmp/osferry-data-s3-')
const away: Fault = { status: 503, body: '' }
const full: Fault = { status: 507, body: '<Error><Code>XMinioStorageFull</Code></Error>' }
let server: S3Server
let proxy: S3FaultProxy
let machine: TestMachine
let path: string
let before: string
let count = 0

beforeAll(async () => {
  server = await startS3Server()
  proxy = await startS3FaultProxy(server.endpoint)
  machine = await startTestMachine(bed, { osRelease: 'ID=debian\n' })
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => {
  count += 1
  path = join(root, `data-${count}`)
  mkdirSync(path)
  bash(path, 'mkdir a; echo one > a/one; head -c 12000000 /dev/urandom > a/large; chmod 600 a/one')
  before = describeTree(path)
})
afterEach(() => {
  proxy.fault = () => undefined
  rmSync(markerOf(path), { force: true })
})

async function runOf(more: Partial<DataRun> = {}): Promise<DataRun> {
  const { port, knownHosts } = machine.sshd
  const settings = sshSettings(bed, { port, knownHostsFiles: [knownHostsFile(bed, knownHosts)] })
  const run = dataRun({
    host: sshHost('127.0.0.1', settings, 'host-1'),
    data: [parkedPath(path)],
    store: `s3://${server.bucket}/fleet-${count}`,
    provision: () => {
      rmSync(path, { recursive: true })
      return Promise.resolve()
    },
    ...more,
  })
  onTestFinished(run.close)
  await saveFacts(run, machine.machineId)
  writeFileSync(join(run.state, 'id'), server.credentials.accessKeyId, { mode: 0o600 })
  writeFileSync(join(run.state, 'secret'), server.credentials.secretAccessKey, { mode: 0o600 })
  configFile(
    run,
    `
stores:
  bucket:
    type: s3
    endpoint: ${proxy.endpoint}
    region: ${server.region}
    bucket: ${server.bucket}
    accessKeyId: file:id
    secretAccessKey: file:secret
`,
  )
  return run
}

it('keeps the data of a node in the bucket that the plan names', async () => {
  const run = await runOf()
  expect(await process(run)).toMatchObject({ exitCode: 0 })
  expect(describeTree(path)).toBe(before)
  expect(proxy.seen.some(({ url }) => url.includes(`/fleet-${count}/run-1/node-1/`))).toBe(true)
  expect(JSON.stringify(run.disk.events)).not.toContain(server.credentials.secretAccessKey)
})

it('tries again while the store is away, before the host is replaced and after', async () => {
  const isAway = (): Fault => away
  proxy.fault = isAway
  const run = await runOf({
    provision: () => {
      rmSync(path, { recursive: true })
      proxy.fault = isAway
      return Promise.resolve()
    },
    onEvent({ body }) {
      if (body.type === 'step-failed') proxy.fault = () => undefined
    },
  })
  expect(await process(run)).toMatchObject({ exitCode: 0 })
  expect(failuresOf(run)).toEqual([
    'data.park transient ARTIFACT_STORE_UNREACHABLE',
    'data.restore transient ARTIFACT_STORE_UNREACHABLE',
  ])
  expect(describeTree(path)).toBe(before)
})

it('gives the node back when the store is full', async () => {
  proxy.fault = ({ method }) => (['PUT', 'POST'].includes(method) ? full : undefined)
  const run = await runOf()
  expect(await process(run)).toMatchObject({
    exitCode: 8,
    nodes: [
      {
        state: 'returned',
        failed: { failure: { message: expect.stringContaining('the store is full') as string } },
      },
    ],
  })
  expect(failuresOf(run)).toEqual(['data.park config ARTIFACT_STORE_FAILED'])
  expect(describeTree(path)).toBe(before)
})
