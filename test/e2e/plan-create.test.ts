import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Plan } from '../../src/model/plan.ts'
import { budgetStatus, clusterBudget, clusterNode, clusterPod } from '../support/cluster-fixture.ts'
import { writeSnapshot } from '../support/cluster-file-fixture.ts'
import { factsWith, type FactOverrides } from '../support/facts-fixture.ts'
import { disk } from '../support/healthy-node.ts'
import { unit } from '../support/healthy-system.ts'
import { healthyWorker } from '../support/healthy-worker.ts'
import { osferry } from '../support/osferry.ts'

const hosts = ['worker-1', 'worker-2', 'worker-3']
const options = `
schema: plan-options/v1
playbook: centos8-to-containeros
rollback: { means: reinstall }
acceptFindings: high
maxUnavailable: 1
canary: { perClass: 1, soak: 10m }
data:
  - { kind: empty-dir, action: discard, reason: scratch }
  - { path: /var/srv, action: park, reason: li.wei }
with:
  host.provision: { provider: command, argv: [/opt/ours/reinstall] }
  node.verify-os: { osRelease: { id: lifsea } }
  data.park: { store: /var/lib/parked }
`

let cwd = ''
beforeEach(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-plan-create-'))
  mkdirSync(path.join(cwd, '.osferry', 'facts'), { recursive: true })
  for (const name of hosts) writeFacts(name)
  await writeCluster()
  writeFileSync(path.join(cwd, 'options.yaml'), options)
})
afterEach(() => rmSync(cwd, { recursive: true }))

/** A host without anything that would block a ContainerOS. */
function writeFacts(name: string, more: FactOverrides = {}): void {
  const kernel = { release: '4.18.0-348.7.1.el8_5.x86_64' }
  const facts = factsWith({ kernel, images: { localOnly: [] }, ...more })
  writeFileSync(
    path.join(cwd, '.osferry', 'facts', `${name}.json`),
    JSON.stringify({ ...facts, host: { ...facts.host, name } }),
  )
}

async function writeCluster(maxUnavailable = 1, young?: { path: string; name: string }): Promise<void> {
  const names = hosts.map((_, index) => `node-${index + 1}`)
  await writeSnapshot(path.join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: {
      nodes: names.map((name) => clusterNode(name)),
      pods: [
        ...names.map((node, index) => clusterPod(`web-${index}`, { node })),
        clusterPod('log-0', {
          node: 'node-2',
          labels: { app: 'log' },
          volumes: [{ name: 'data', kind: 'hostPath', path: '/var/srv/log' }],
        }),
        ...(young === undefined
          ? []
          : [
              clusterPod(young.name, {
                node: 'node-3',
                labels: { app: 'new' },
                volumes: [{ name: 'data', kind: 'hostPath', path: young.path }],
              }),
            ]),
      ],
      budgets: [clusterBudget('web', { maxUnavailable, status: budgetStatus({}) })],
    },
    hosts: {
      matches: hosts.map((host, index) => ({ host, node: `node-${index + 1}`, by: ['machine-id' as const] })),
      findings: [],
    },
  })
}

const run = (...args: string[]) => osferry(args, { cwd })
const written = (): Plan => Plan.parse(JSON.parse(readFileSync(path.join(cwd, 'plan.json'), 'utf8')))

async function assessed(): Promise<void> {
  await run('assess', '--target', 'containeros', '-q')
}

describe('osferry plan create', () => {
  it('plans hosts in waves, says why others are left out, and writes the same bytes again', async () => {
    await assessed()
    const first = await run('plan', 'create', '--options', 'options.yaml')
    const plan = written()
    expect(plan.leftOut).toEqual([])
    expect(first.exitCode).toBe(0)
    expect(plan.nodes.map(({ name }) => name).sort()).toEqual(['node-1', 'node-2', 'node-3'])
    expect(plan.waves[0]).toMatchObject({ index: 0, kind: 'canary' })
    expect(plan.waves.flatMap(({ nodes }) => nodes).sort()).toEqual(['node-1', 'node-2', 'node-3'])
    expect(first.stdout).toMatch(/P50 .*P90 .*assumed, not measured/)
    const bytes = readFileSync(path.join(cwd, 'plan.json'))
    const again = await run('plan', 'create', '--options', 'options.yaml', '--detailed-exitcode')
    expect(again.exitCode).toBe(0)
    expect(readFileSync(path.join(cwd, 'plan.json')).equals(bytes)).toBe(true)
  })

  it('parks what is decided so, on the node that has it, and nowhere else', async () => {
    await assessed()
    await run('plan', 'create', '--options', 'options.yaml')
    const { nodes } = written()
    const stepsOf = (name: string): string[] =>
      nodes.find((node) => node.name === name)!.steps.map(({ uses }) => uses)
    expect(stepsOf('node-2')).toContain('data.park')
    expect(stepsOf('node-1')).not.toContain('data.park')
    expect(nodes.find(({ name }) => name === 'node-2')?.data).toContainEqual(
      expect.objectContaining({ id: 'host-path:/var/srv/log', action: 'park', usedBy: ['shop/log-0'] }),
    )
    for (const { steps } of nodes)
      expect(steps.filter(({ pointOfNoReturn }) => pointOfNoReturn).map(({ uses }) => uses)).toEqual([
        'host.provision',
      ])
  })

  it('leaves out a node with data for which nobody has decided: exit 3', async () => {
    await assessed()
    writeFileSync(path.join(cwd, 'options.yaml'), options.replace(/ {2}- \{ path: \/var\/srv.*\n/, ''))
    const { exitCode, stdout } = await run('plan', 'create', '--options', 'options.yaml')
    expect(exitCode).toBe(3)
    expect(written().leftOut.map(({ host }) => host)).toEqual(['worker-2'])
    expect(stdout).toContain('nobody has decided what becomes of host-path:/var/srv/log (shop/log-0)')
    const chinese = await run('plan', 'create', '--options', 'options.yaml', '--lang', 'zh-CN')
    expect(chinese.stdout).toContain('尚未决定 host-path:/var/srv/log')
  })

  it('tells by its exit code that the plan has changed', async () => {
    await assessed()
    const create = ['plan', 'create', '--options', 'options.yaml', '--detailed-exitcode']
    expect((await run(...create)).exitCode).toBe(2)
    expect((await run(...create)).exitCode).toBe(0)
    expect((await run(...create, '--max-unavailable', '3')).exitCode).toBe(2)
  })

  it.each([
    [['plan', 'create', '--playbook', 'centos8-to-containeros'], 4, 'rollback'],
    [['plan', 'create', '--rollback', 'snapshot'], 4, 'playbook'],
    [['plan', 'create', '--rollback', 'none', '--playbook', 'centos8-to-containeros'], 64, '--accepted-by'],
    [['plan', 'create', '--rollback', 'snapshot', '--playbook', 'assess-only'], 64, 'nothing to plan'],
    [['plan', 'create', '--options', 'options.yaml', '--max-unavailable', '0'], 64, '--max-unavailable'],
    [['plan', 'create', '--options', 'options.yaml', '-l', 'role=nobody'], 65, 'matches role=nobody'],
  ])('refuses %j', async (args, code, message) => {
    await assessed()
    const { exitCode, stderr } = await run(...args)
    expect(stderr).toContain(message)
    expect(exitCode).toBe(code)
  })

  it('refuses options by file, line and what is allowed', async () => {
    await assessed()
    const bad = options.replace('maxUnavailable: 1', 'maxUnavailable: none')
    writeFileSync(path.join(cwd, 'options.yaml'), bad)
    const { exitCode, stderr } = await run('plan', 'create', '--options', 'options.yaml')
    expect(exitCode).toBe(65)
    expect(stderr).toMatch(/options\.yaml:6:\d+: maxUnavailable/)
    writeFileSync(path.join(cwd, 'options.yaml'), options.replace('store:', 'stoer:'))
    expect((await run('plan', 'create', '--options', 'options.yaml')).stderr).toContain(
      'data.park takes store',
    )
  })

  it('writes over no file that is no plan', async () => {
    await assessed()
    const { exitCode, stderr } = await run(
      'plan',
      'create',
      '--options',
      'options.yaml',
      '--out',
      'options.yaml',
    )
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('--out')])
    expect(readFileSync(path.join(cwd, 'options.yaml'), 'utf8')).toBe(options)
  })

  it('refuses an assessment that rests on another snapshot, and decisions about hosts that there are not', async () => {
    await assessed()
    const typo = options.replace('path: /var/srv,', 'path: /var/srv, hosts: [worker2],')
    writeFileSync(path.join(cwd, 'options.yaml'), typo)
    expect((await run('plan', 'create', '--options', 'options.yaml')).stderr).toContain('worker-')
    writeFileSync(path.join(cwd, 'options.yaml'), options)
    rmSync(path.join(cwd, '.osferry', 'cluster.ndjson'))
    const { exitCode, stderr } = await run('plan', 'create', '--options', 'options.yaml')
    expect([exitCode, stderr]).toEqual([65, expect.stringContaining('osferry assess')])
  })

  it('says what the playbook says already, and of which step it has none', async () => {
    await assessed()
    for (const [line, message] of [
      ['cluster.drain: { leaveLocalData: false }', 'leaveLocalData is said by the playbook'],
      ['ignition.render: { profile: x }', 'has no such step'],
    ]) {
      writeFileSync(path.join(cwd, 'options.yaml'), `${options}  ${line}\n`)
      expect((await run('plan', 'create', '--options', 'options.yaml')).stderr).toContain(message)
    }
  })

  it('needs an assessment', async () => {
    const { exitCode, stderr } = await run('plan', 'create', '--options', 'options.yaml')
    expect(exitCode).toBe(65)
    expect(stderr).toContain('osferry assess')
  })
})

describe('osferry plan validate', () => {
  beforeEach(async () => {
    await assessed()
    await run('plan', 'create', '--options', 'options.yaml')
  })

  it('finds nothing against a plan whose inputs are as they were', async () => {
    const { exitCode, stdout } = await run('plan', 'validate', 'plan.json', '-o', 'json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ changes: [] })
  })

  /** What a refusal names as changed, line by line. */
  async function refusedFor(...more: string[]): Promise<string[]> {
    const { exitCode, stderr } = await run('plan', 'validate', 'plan.json', ...more)
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
    expect(stderr).toContain('osferry plan create')
    const [, named = ''] = /changed since:\n([^]*) \[PLAN_STALE\]$/m.exec(stderr) ?? []
    return named.split('\n').map((line) => line.trim())
  }

  it('refuses a plan whose facts alone are others by now', async () => {
    writeFacts('worker-3', { kernel: { release: '4.18.0-193.el8.x86_64' } })
    expect(await refusedFor()).toEqual(['facts: worker-3'])
  })

  it('refuses a plan whose assessment alone is another one by now', async () => {
    const failed = unit({ name: 'kdump.service', active: 'failed', sub: 'failed' })
    writeFacts('worker-2', { units: { units: [failed] } })
    expect((await run('plan', 'validate', 'plan.json')).exitCode).toBe(0)
    await assessed()
    expect(await refusedFor()).toEqual(['assessment: worker-2'])
  })

  it('refuses a plan that preserves what lies on the disk of the system by now, or holds what nobody can tell', async () => {
    const { disks, mounts } = healthyWorker
    const [mount] = mounts.mounts
    const own = disk({ name: 'vdb', path: '/dev/vdb' })
    const system = disk({ name: 'vda9', path: '/dev/vda9', type: 'part', parents: [...disks.rootDisks] })
    const mounted = (source: string, target = '/var/srv'): FactOverrides => ({
      disks: { ...disks, devices: [...disks.devices, own, system] },
      mounts: { mounts: [...mounts.mounts, { ...mount!, source, target }] },
    })
    writeFacts('worker-2', mounted('/dev/vdb'))
    writeFileSync(path.join(cwd, 'options.yaml'), options.replace('action: park', 'action: preserve'))
    await assessed()
    await run('plan', 'create', '--options', 'options.yaml')
    expect(written().leftOut).toEqual([])
    expect((await run('plan', 'validate', 'plan.json')).exitCode).toBe(0)
    const young = '/var/lib/kubelet/pods/x/volumes/kubernetes.io~local-volume/pv-young'
    for (const changed of [
      mounted('/dev/vda9'),
      mounted('/dev/vdb', '/var/other'),
      {
        ...mounted('/dev/vdb'),
        mounts: { mounts: [...mounted('/dev/vdb').mounts!.mounts!, { ...mount!, target: young }] },
      },
    ]) {
      writeFacts('worker-2', changed)
      expect(await refusedFor()).toEqual(['data that is not decided, or otherwise by now: worker-2'])
    }
  })

  it('refuses a plan whose cluster alone is another one by now', async () => {
    await writeCluster(2)
    const named = 'PodDisruptionBudget shop/web: maxUnavailable 1 -> 2'
    expect(await refusedFor()).toEqual(['cluster', named])
    const { exitCode, stdout } = await run('plan', 'validate', 'plan.json', '-o', 'json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      5,
      {
        changes: [
          {
            input: 'cluster',
            objects: [
              {
                kind: 'PodDisruptionBudget',
                namespace: 'shop',
                name: 'web',
                change: 'changed',
                fields: [{ field: 'maxUnavailable', before: '1', after: '2' }],
              },
            ],
            objectsChanged: 1,
          },
        ],
        exit: { code: 5, reason: expect.stringContaining(named) as string },
      },
    ])
  })

  it('says of a cluster only that it is another one when what it was is not kept here, or was changed', async () => {
    await writeCluster(2)
    const kept = path.join(cwd, '.osferry', 'plans', 'clusters')
    const file = path.join(kept, `${written().inputs.cluster?.sha256}.json`)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"maxUnavailable":1', '"maxUnavailable":7'))
    expect(await refusedFor()).toEqual(['cluster'])
    rmSync(kept, { recursive: true })
    expect(await refusedFor()).toEqual(['cluster'])
  })

  it('keeps what twenty clusters were, the newest ones', async () => {
    const kept = path.join(cwd, '.osferry', 'plans', 'clusters')
    const own = readdirSync(kept)
    const others = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, '0')}.json`)
    for (const [index, name] of others.entries()) {
      writeFileSync(path.join(kept, name), '')
      utimesSync(path.join(kept, name), index, index)
    }
    await run('plan', 'create', '--options', 'options.yaml')
    expect(readdirSync(kept).sort()).toEqual([...others.slice(11), ...own].sort())
  })

  it('refuses a plan whose playbook alone is another one by now', async () => {
    const builtIn = readFileSync('playbooks/centos8-to-containeros.yaml', 'utf8')
    const ours = builtIn.replace('name: centos8-to-containeros', 'name: ours')
    writeFileSync(path.join(cwd, 'ours.yaml'), ours)
    const made = await run('plan', 'create', '--options', 'options.yaml', '--playbook', 'ours.yaml')
    expect([made.exitCode, made.stderr]).toEqual([0, made.stderr])
    const same = await run('plan', 'validate', 'plan.json', '--playbook', 'ours.yaml')
    expect([same.exitCode, same.stderr]).toEqual([0, same.stderr])
    writeFileSync(path.join(cwd, 'ours.yaml'), ours.replace('timeout: 10m', 'timeout: 11m'))
    expect(await refusedFor('--playbook', 'ours.yaml')).toEqual(['playbook'])
  })

  it('names everything that is another one, and nothing else', async () => {
    writeFacts('worker-3', { kernel: { release: '4.18.0-193.el8.x86_64' } })
    await writeCluster(2)
    expect(await refusedFor()).toEqual([
      'cluster',
      'PodDisruptionBudget shop/web: maxUnavailable 1 -> 2',
      'facts: worker-3',
    ])
  })

  it('refuses a plan when a pod has brought data to a node since', async () => {
    const parts = { path: '/var/srv/new', name: 'new-0' }
    await writeCluster(1, parts)
    const { exitCode, stderr } = await run('plan', 'validate', 'plan.json')
    expect(exitCode).toBe(5)
    expect(stderr).toContain('data that is not decided, or otherwise by now: worker-3')
  })

  it('takes facts that are gone for changed, never for the same', async () => {
    rmSync(path.join(cwd, '.osferry', 'facts', 'worker-1.json'))
    const { exitCode, stderr } = await run('plan', 'validate', 'plan.json')
    expect(exitCode).toBe(5)
    expect(stderr).toContain('facts: worker-1')
  })
})
