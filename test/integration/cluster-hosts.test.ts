import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import type { StepName } from '../../src/model/step-names.ts'
import { mergePatch, type ApiClient } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import { dataRun, failuresOf, parkedPath, process, resultOf, type DataRun } from '../support/data-run.ts'
import { bash, describeTree } from '../support/data-tree.ts'
import { knownHostsFile, sshHost, sshSettings } from '../support/ssh-host.ts'
import { createSshdBed, type SshdBed } from '../support/sshd.ts'
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.ts'
import { startTestMachine, type TestMachine } from '../support/test-machine.ts'

const path = '/api/v1/nodes/node-1'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'the hosts of nodes on the %s control plane',
  (release) => {
    const root = mkdtempSync('/var/tmp/osferry-cluster-hosts-')
    const directory = join(root, 'data')
    let bed: SshdBed
    let served: ServedCluster
    let api: ApiClient
    let cluster: Cluster
    let old: TestMachine
    let renewed: TestMachine
    let third: TestMachine
    let way: TcpSwitch
    let known: string

    beforeAll(async () => {
      bed = createSshdBed()
      served = await serveCluster({ version: release, controllers: false })
      ;({ api, cluster } = served)
      old = await startTestMachine(bed, { osRelease: 'ID=centos\n' })
      renewed = await startTestMachine(bed, { osRelease: 'ID=lifsea\n' })
      third = await startTestMachine(bed, { osRelease: 'ID=centos\n' })
    })
    afterAll(async () => {
      await served.stop()
      await bed.close()
      rmSync(root, { recursive: true, force: true })
    })
    beforeEach(async () => {
      way = await startTcpSwitch(old.sshd.port)
      known = knownHostsFile(bed, `[127.0.0.1]:${way.port} ${old.publicKey}\n`)
      await api.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } })
      await tellNode(old)
      rmSync(directory, { recursive: true, force: true })
      mkdirSync(directory)
      bash(directory, 'mkdir a; echo one > a/one; chmod 600 a/one; chown 12:34 a')
    })
    afterEach(async () => {
      await api.request('DELETE', path)
      await way.close()
      rmSync(markerOf(directory), { force: true })
    })

    /** What the kubelet of a machine says when it starts. */
    async function tellNode({ machineId, bootId }: Pick<TestMachine, 'machineId' | 'bootId'>): Promise<void> {
      const nodeInfo = {
        machineID: machineId,
        bootID: bootId,
        systemUUID: '',
        kernelVersion: '',
        osImage: '',
        containerRuntimeVersion: '',
        kubeletVersion: '',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      }
      await api.request('PATCH', `${path}/status`, {
        body: { status: { nodeInfo } },
        contentType: mergePatch,
      })
    }

    function runOf(more: Partial<DataRun> = {}, ssh: Parameters<typeof sshSettings>[1] = {}): DataRun {
      const settings = sshSettings(bed, { port: way.port, knownHostsFiles: [known], ...ssh })
      const run = dataRun({
        cluster,
        host: sshHost('127.0.0.1', settings, 'host-1'),
        data: [parkedPath(directory)],
        osRelease: { id: 'lifsea' },
        provision: async () => await reinstall(renewed),
        ...more,
      })
      onTestFinished(run.close)
      return run
    }

    /** Another system with another host key answers at the address, its disk written anew; its kubelet joins. */
    async function reinstall(
      machine: TestMachine,
      joins: Pick<TestMachine, 'machineId' | 'bootId'> = machine,
    ): Promise<void> {
      rmSync(directory, { recursive: true, force: true })
      way.to = machine.sshd.port
      way.cut()
      await tellNode(joins)
    }

    /** Of every system that this run has put on the host, sorted. */
    function keptKeys({ state }: DataRun): string[] {
      const kept = join(state, 'host-keys/run-1')
      const names = existsSync(kept) ? readdirSync(kept) : []
      const lines = names.map((name) => {
        expect(name).toMatch(/^host-1~[0-9a-f]{16}$/)
        return readFileSync(join(kept, name), 'utf8')
      })
      return lines.map((line) => line.trim().split(' ').slice(1, 3).join(' ')).sort()
    }

    const fingerprintOf = (machine: TestMachine): string =>
      bash('/', `ssh-keygen -lf ${machine.sshd.hostKeyFile('ed25519')}.pub`).split(' ')[1]!

    it.each(['ssh2', 'openssh'] as const)(
      'accepts the new host key of the machine that has joined, once, over %s',
      async (backend) => {
        const before = describeTree(directory)
        const kept = readFileSync(known, 'utf8')
        const run = runOf({}, { backend })
        expect(await process(run)).toMatchObject({ exitCode: 0 })
        expect(describeTree(directory)).toBe(before)
        const hostKey = fingerprintOf(renewed)
        expect(resultOf(run, 'node.verify-os')).toMatchObject({ id: 'lifsea', hostKey })
        expect(resultOf(run, 'data.restore')).toMatchObject({ hostKey })
        expect(keptKeys(run)).toEqual([renewed.publicKey])
        // What a person keeps is a person's to change.
        expect(readFileSync(known, 'utf8')).toBe(kept)
      },
    )

    it.each<[string, StepName, 'step-started' | 'step-done', 'before' | 'after']>([
      ['after the replacement', 'host.provision', 'step-done', 'after'],
      ['when the new key was accepted, and nobody knows of it', 'node.verify-os', 'step-done', 'before'],
      ['before data is put back', 'data.restore', 'step-started', 'after'],
      ['when data is back, and nobody knows of it', 'data.restore', 'step-done', 'before'],
    ])('ends the same when it is killed %s', async (...[, uses, type, moment]) => {
      const before = describeTree(directory)
      const run = runOf()
      await process(run, { moment, is: (body) => body.type === type && body.uses === uses })
      expect(await process(run)).toMatchObject({ exitCode: 0 })
      expect(describeTree(directory)).toBe(before)
      expect(resultOf(run, 'data.restore')).toMatchObject({ hostKey: fingerprintOf(renewed) })
    })

    it('does not accept a second new key', async () => {
      const other = await startTestMachine(bed, { ...renewed, osRelease: 'ID=lifsea\n' })
      const run = runOf({ selection: { until: 'replaced' } })
      expect(await process(run)).toMatchObject({ exitCode: 0 })
      way.to = other.sshd.port
      expect(await process({ ...run, selection: {} })).toMatchObject({ exitCode: 7 })
      expect(failuresOf(run)).toEqual(['data.restore config HOST_KEY_CHANGED'])
      expect(existsSync(directory)).toBe(false)
    })

    it.each<[string, () => Pick<TestMachine, 'machineId' | 'bootId'>, string]>([
      [
        'another machine than has joined',
        () => ({ ...renewed, machineId: randomBytes(16).toString('hex') }),
        'node.verify-os config HOST_IS_ANOTHER',
      ],
      [
        'none that has joined',
        () => ({ ...renewed, machineId: '' }),
        'node.verify-os config HOST_NOT_PROVEN',
      ],
    ])('does not accept the key of %s', async (_, joins, failure) => {
      const run = runOf({ provision: async () => await reinstall(renewed, joins()) })
      expect(await process(run)).toMatchObject({ exitCode: 7 })
      expect(failuresOf(run)).toEqual([failure])
      expect(keptKeys(run)).toEqual([])
      expect(run.isGivenBack).toBe(false)
    })

    it.each<[string, () => TestMachine, number]>([
      ['the old system on a disk that was kept', () => old, 1],
      ['a third system that was installed', () => third, 2],
    ])('is brought back to %s with its data, and begins anew from there', async (_, system, keys) => {
      const before = describeTree(directory)
      const run = runOf({ putBack: async () => await reinstall(system()) })
      // Its key was accepted, and the run may not go on with it.
      expect(await process({ ...run, osRelease: { id: 'other' } })).toMatchObject({ exitCode: 7 })
      expect(keptKeys(run)).toEqual([renewed.publicKey])
      const rolledBack = await process({ ...run, isProvisioned: true, selection: { rollback: ['node-1'] } })
      expect([failuresOf(run), rolledBack]).toEqual([
        ['node.verify-os config OS_IS_ANOTHER'],
        expect.objectContaining({ exitCode: 0, nodes: [expect.objectContaining({ state: 'rolled-back' })] }),
      ])
      expect(describeTree(directory)).toBe(before)
      expect(keptKeys(run)).toHaveLength(keys)
      expect(await process({ ...run, selection: { retry: ['node-1'] } })).toMatchObject({ exitCode: 0 })
      expect(describeTree(directory)).toBe(before)
      expect(keptKeys(run)).toHaveLength(keys + 1)
      expect(keptKeys(run)).toContain(renewed.publicKey)
    })

    it('does not accept a key that is marked as stolen', async () => {
      known = knownHostsFile(
        bed,
        `[127.0.0.1]:${way.port} ${old.publicKey}\n@revoked * ${renewed.publicKey}\n`,
      )
      const run = runOf()
      expect(await process(run)).toMatchObject({ exitCode: 7 })
      expect(failuresOf(run)).toEqual(['node.verify-os config HOST_KEY_REVOKED'])
    })

    it('does not accept another key before the system was replaced', async () => {
      way.to = renewed.sshd.port
      await tellNode(renewed)
      const run = runOf()
      expect(await process(run)).toMatchObject({ exitCode: 8 })
      expect(failuresOf(run)).toEqual(['data.park config HOST_KEY_CHANGED'])
    })

    it.each<[string, () => Partial<TestMachine>]>([
      ['another machine answers at the address', () => ({ machineId: randomBytes(16).toString('hex') })],
      ['the node does not say which machine it is', () => ({ machineId: '' })],
    ])('refuses before anything is written: %s', async (_, change) => {
      await tellNode({ ...old, ...change() })
      const run = runOf()
      expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
      expect(failuresOf(run)).toEqual([
        expect.stringMatching(/^data\.park config HOST_(IS_ANOTHER|NOT_PROVEN)$/),
      ])
      expect(existsSync(run.store)).toBe(false)
    })

    it('waits until the kubelet has told of the boot that the host runs', async () => {
      await tellNode({ ...old, bootId: randomUUID() })
      let late: Promise<void> | undefined
      const run = runOf({
        onEvent({ body }) {
          if (body.type === 'step-failed') late ??= tellNode(old)
        },
      })
      expect(await process(run)).toMatchObject({ exitCode: 0 })
      await late
      expect(failuresOf(run)[0]).toBe('data.park transient HOST_BOOT_DIFFERS')
    })

    describe('without data', () => {
      /** The keys of both machines are known: only what they tell of themselves differs. */
      const runWithout = (more: Partial<DataRun> = {}): DataRun => {
        const lines = [old, renewed].map(({ publicKey }) => `[127.0.0.1]:${way.port} ${publicKey}\n`)
        known = knownHostsFile(bed, lines.join(''))
        return runOf({ data: [], ...more })
      }

      it('leaves in the journal which machine it was', async () => {
        const run = runWithout()
        expect(await process(run)).toMatchObject({ exitCode: 0 })
        const told = { machine: 'proven', machineId: old.machineId, by: 'the node node-1' }
        expect(resultOf(run, 'host.provision')).toEqual({ provider: 'the test', ...told })
      })

      it.each<[string, () => unknown, string]>([
        ['another host answers at the address', () => (way.to = renewed.sshd.port), 'config HOST_IS_ANOTHER'],
        [
          'the node tells another machine id',
          async () => await tellNode({ ...old, machineId: randomBytes(16).toString('hex') }),
          'config HOST_IS_ANOTHER',
        ],
        [
          'the node tells no machine id',
          async () => await tellNode({ ...old, machineId: '' }),
          'config HOST_NOT_PROVEN',
        ],
        [
          'the node is a clone of the host in another boot',
          async () => await tellNode({ ...old, bootId: randomUUID() }),
          'transient HOST_BOOT_DIFFERS',
        ],
        ['nobody listens at the address', () => way.leave(), 'transient HOST_REFUSED'],
      ])('does not replace the system when %s', async (_, change, failure) => {
        let acts = 0
        const run = runWithout({
          hurry: 1000,
          provision: async () => await Promise.resolve(void (acts += 1)),
        })
        await change()
        expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
        expect(new Set(failuresOf(run))).toEqual(new Set([`host.provision ${failure}`]))
        expect(acts).toBe(0)
      })
    })
  },
)
