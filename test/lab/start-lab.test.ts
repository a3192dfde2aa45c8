import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { parkTree } from '../../src/artifacts/park-tree.ts'
import { restoreTree } from '../../src/artifacts/restore-tree.ts'
import { sha256 } from '../../src/cli/collect-host.ts'
import { unpack } from '../../src/cli/recorded-hosts.ts'
import { parseAnswer } from '../../src/facts/answer.ts'
import { collectArgv } from '../../src/facts/script.ts'
import { createConnector } from '../../src/hosts/connector.ts'
import { startLab, type Lab } from '../../src/lab/start-lab.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { Host, HostConnector } from '../../src/model/ports.ts'
import type { ProvisionRequest } from '../../src/model/provisioner-port.ts'
import { labProvider } from '../../src/provision/lab-provider.ts'
import type { LabNode, LabSystem } from '../../src/simulate/lab-cluster.ts'
import { spoolPath, type LabHost } from '../../src/simulate/lab-host.ts'
import { recordings } from '../../src/simulate/recordings.ts'
import { proveKept, recordedKept, recordKept } from '../../src/steps/kept-data.ts'
import { parking, restoring, stillClock } from '../support/parking.ts'
import { failure, never, quiet, request } from '../support/ssh-host.ts'

const host = (name: string, more: Partial<LabHost> = {}): LabHost => ({
  name,
  recording: 'plain-worker',
  labels: { role: 'worker', zone: 'b' },
  isNode: true,
  ...more,
})
const hosts = [
  host('node-01'),
  host('node-02', { machineFault: 'fails-once' }),
  host('node-03', { machineFault: 'refused' }),
  host('host-04', { isNode: false, recording: 'docker-node' }),
  host('host-05', { isNode: false, fault: 'down' }),
  host('host-06', { isNode: false, fault: 'key-changed' }),
  host('node-07', { machineFault: 'never-back' }),
]
const options = { signal: never, timeoutMs: 60_000 }

/** What the machines have told their cluster. */
type Told = ['join', LabNode] | ['down', string] | ['up', string, Partial<LabSystem> | undefined]

describe('a lab', () => {
  let directory: string
  let lab: Lab
  let connector: HostConnector
  const told: Told[] = []
  const errors: unknown[] = []

  beforeEach(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'osferry-lab-')))
    lab = await startLab({
      hosts,
      answers: new Map(recordings.map((recording) => [recording.name, unpack(recording)])),
      directory: join(directory, 'machines'),
      seed: 1,
      speed: 1000,
      cluster: {
        addNode: (node) => told.push(['join', node]),
        nodeDown: (name) => told.push(['down', name]),
        nodeUp: (name, system) => told.push(['up', name, system]),
      },
      onError: (error) => errors.push(error),
      nowMs: Date.now,
    })
    writeFileSync(join(directory, 'key'), lab.key.privateKey, { mode: 0o600 })
    writeFileSync(join(directory, 'known_hosts'), lab.knownHosts)
    connector = createConnector({
      log: quiet,
      prompter: { canPrompt: false, secret: () => Promise.reject(new Error('nobody may be asked')) },
      environment: { variables: {}, home: directory },
      systemKnownHosts: [],
    })
  })
  afterEach(async () => {
    await connector.close()
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
    told.length = 0
    if (errors.length > 0) throw errors.splice(0)[0]
  })

  const resolved = (name: string): ResolvedHost => ({
    name,
    address: '127.0.0.1',
    groups: [],
    labels: {},
    ssh: {
      user: 'root',
      port: lab.machines.get(name)!.port,
      backend: 'ssh2',
      identityFiles: [join(directory, 'key')],
      certificateFiles: [],
      agent: false,
      jump: [],
      become: 'none',
      hostKeys: 'strict',
      knownHostsFiles: [join(directory, 'known_hosts')],
      connectTimeoutMs: 20_000,
    },
    origin: { file: 'test', line: 1 },
  })
  const connect = (name: string): Promise<Host> => connector.connect(resolved(name), { signal: never })
  const disk = (name: string): string => join(directory, 'machines', name, 'root')
  const ask = (name: string, token = `r1:${name}:3`): ProvisionRequest => ({
    node: name,
    host: name,
    target: 'containeros',
    run: 'r1',
    token,
  })
  const provider = () => labProvider({ access: () => Promise.resolve(lab.access) })
  async function said(name: string, script: string): Promise<string> {
    const connected = await connect(name)
    const { stdout } = await connected.run(request(['sh', '-c', script, 'osferry', '/etc/machine-id']))
    await connected.close()
    return Buffer.from(stdout).toString()
  }

  it('plays back what a recorded host says of itself, with an identity of its own', async () => {
    const nonce = 'ab'.repeat(16)
    const connected = await connect('node-01')
    const { stdout } = await connected.run(request(collectArgv, { stdin: `nonce=${nonce} \n` }))
    const { facts } = parseAnswer(stdout, {
      nonce,
      set: 'full',
      collectedAt: stillClock.now(),
      receivedAtSeconds: null,
      hash: sha256,
    })
    const { machineId } = lab.machines.get('node-01')!.state()
    expect(facts.machineId).toMatchObject({ value: { id: machineId } })
    expect(facts.identity).toMatchObject({ value: { hostname: 'node-01' } })
    expect(JSON.stringify(facts.addresses)).toContain('"10.20.1.20"')
    const joined = told.flatMap((one) => (one[0] === 'join' ? [one[1]] : []))
    expect(joined.map(({ name, address }) => [name, address])).toEqual([
      ['node-01', '10.20.1.20'],
      ['node-02', '10.20.1.21'],
      ['node-03', '10.20.1.22'],
      ['node-07', '10.20.1.26'],
    ])
    expect(joined[0]).toMatchObject({ machineId, labels: { 'topology.kubernetes.io/zone': 'b' } })
  })

  it('has one host that is down and one that shows another key', async () => {
    expect((await failure(connect('host-05'))).code).toBe('HOST_REFUSED')
    expect((await failure(connect('host-06'))).code).toBe('HOST_KEY_CHANGED')
  })

  it('installs a machine once for one token: another system, another boot, an empty disk', async () => {
    const before = lab.machines.get('node-01')!.state()
    expect(await said('node-01', 'uname -r; cat /etc/os-release')).toMatch(/^4\.18\..*el8[^]*ID="centos"/)
    expect(readdirSync(join(disk('node-01'), spoolPath))).toEqual(['position.json', 'spool'])
    expect(await provider().observe(ask('node-01'), options)).toBe('todo')
    await expect(provider().verify(ask('node-01'), options)).rejects.toThrow('is not installed')
    await provider().act(ask('node-01'), options)
    await provider().verify(ask('node-01'), options)
    expect(await provider().observe(ask('node-01'), options)).toBe('done')
    await provider().act(ask('node-01'), options)
    const after = lab.machines.get('node-01')!.state()
    expect(after).toMatchObject({ generation: 1, isOn: true })
    await expect.poll(() => told.at(-1)?.[0], { timeout: 60_000 }).toBe('up')
    expect(told.filter(([what]) => what !== 'join')).toEqual([
      ['down', 'node-01'],
      [
        'up',
        'node-01',
        {
          bootId: after.bootId,
          machineId: after.machineId,
          osImage: 'LifseaOS 3 (lab)',
          kernelVersion: after.system.kernel,
        },
      ],
    ])
    expect(after.machineId).not.toBe(before.machineId)
    expect(await said('node-01', 'uname -r; cat /etc/os-release')).toMatch(/lifsea8[^]*ID="lifsea"/)
    expect(await said('node-01', 'read -r id <"$1"; echo "$1 $id"')).toBe(
      `/etc/machine-id ${after.machineId}\n`,
    )
    expect(readdirSync(disk('node-01'))).not.toContain('var')
  })

  it('keeps what was parked of a machine over its installation, to the last file', async () => {
    const store = createDirectoryStore(join(directory, 'store'))
    const files = (): string[] =>
      readdirSync(disk('node-01') + spoolPath, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    const content = (): [string, number, string][] =>
      files().map((file) => [file, statSync(file).mtimeMs, readFileSync(file, 'utf8')])
    const before = content()
    const old = await connect('node-01')
    const { head } = await parkTree({ host: old, store, clock: stillClock }, parking(spoolPath), never)
    expect(head.files).toBe(3)
    await old.close()
    await provider().act(ask('node-01'), options)
    await expect.poll(() => told.at(-1)?.[0], { timeout: 60_000 }).toBe('up')
    const fresh = await connect('node-01')
    const { verified } = await restoreTree({ host: fresh, store }, restoring(spoolPath), never)
    await fresh.close()
    expect(verified.files).toBe(3)
    expect(content()).toEqual(before)
  })

  it('keeps the disk of a machine that is converted in place, which is proven; an empty one is not taken for it', async () => {
    const paths = [{ path: spoolPath, isQuiet: true, isOffSystemDisk: true, hasMounts: true, without: [] }]
    const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
    const time = { clock, endMs: clock.monotonicMs() + 600_000 }
    const next = 'look again'
    const old = await connect('node-01')
    const { kept } = await recordKept(old, { paths, time }, never)
    await old.close()
    const before = recordedKept({ kept }, { name: 'node-01', paths })
    expect(before).toMatchObject([{ path: spoolPath, entries: ['f position.json', 'd spool'], inodes: 5 }])
    const installed = async (target: ProvisionRequest['target']): Promise<Host> => {
      const ups = (): number => told.filter(([what]) => what === 'up').length
      const known = ups()
      await provider().act({ ...ask('node-01'), target, token: `kept-${target}` }, options)
      await expect.poll(ups, { timeout: 60_000 }).toBeGreaterThan(known)
      return await connect('node-01')
    }
    const inPlace = await installed('anolis-rhck')
    expect(await proveKept(inPlace, { paths, before, time, next }, never)).toEqual({
      kept: { paths: 1, counted: 1 },
    })
    await inPlace.close()
    const fresh = await installed('containeros')
    await expect(proveKept(fresh, { paths, before, time, next }, never)).rejects.toMatchObject({
      code: 'DATA_KEPT_DIFFERS',
    })
    await fresh.close()
  })

  it('tells before anything is done of a machine that cannot be installed', async () => {
    const error = await provider()
      .observe(ask('node-03'), options)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ failureClass: 'config', code: 'PROVISION_REFUSED' })
    await expect(provider().act(ask('node-03'), options)).rejects.toThrow('unreadable sectors')
    expect(lab.machines.get('node-03')!.state().installation).toBeUndefined()
  })

  it('tells of an installation that failed, boots the old system, and takes the next try of the same token', async () => {
    const { machineId } = lab.machines.get('node-02')!.state()
    const error = await provider()
      .act(ask('node-02'), options)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ failureClass: 'config', code: 'PROVISION_FAILED' })
    await expect.poll(() => told.at(-1)?.[0], { timeout: 60_000 }).toBe('up')
    expect(lab.machines.get('node-02')!.state()).toMatchObject({ generation: 0, machineId, isOn: true })
    expect(await said('node-02', 'cat /etc/os-release')).toContain('ID="centos"')
    await provider().act(ask('node-02'), options)
    await provider().verify(ask('node-02'), options)
  })

  it('gives back what is not written yet, and says so when it is too late', async () => {
    await provider().undo(ask('node-01'), options)
    await provider().act(ask('node-01'), options)
    await expect(provider().undo(ask('node-01'), options)).rejects.toMatchObject({
      code: 'PROVISION_TOO_LATE',
    })
  })

  it('answers nobody who has no token, and knows no other machines', async () => {
    const stranger = labProvider({
      access: () => Promise.resolve({ ...lab.access, token: '0'.repeat(64) }),
    })
    await expect(stranger.act(ask('node-01'), options)).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_LAB_TOKEN',
    })
    await expect(provider().observe(ask('../node-01'), options)).rejects.toMatchObject({
      code: 'PROVISION_LAB_UNKNOWN_MACHINE',
    })
    const nowhere = labProvider({
      access: () => Promise.resolve({ ...lab.access, url: 'http://127.0.0.1:1' }),
    })
    await expect(nowhere.observe(ask('node-01'), options)).rejects.toMatchObject({
      failureClass: 'transient',
      code: 'PROVISION_LAB_UNREACHABLE',
    })
  })

  it('ends at once when nobody waits any more, and leaves the machine to go on', async () => {
    const over = new AbortController()
    const work = provider().act(ask('node-02', 'x'), { ...options, signal: over.signal })
    over.abort(new Error('nobody waits'))
    await expect(work).rejects.toThrow('nobody waits')
  })
})
