import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { planDigest, readPlan } from '../../src/inventory/plan-file.ts'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { writeSnapshot } from './cluster-file-fixture.ts'
import { clusterNode, clusterPod } from './cluster-fixture.ts'
import { mergePatch, type ApiObject } from './control-plane/api.ts'
import { auditedRequests } from './control-plane/audit.ts'
import { leaseObject, nodeObject } from './control-plane/fake-node.ts'
import type { Release } from './control-plane/releases.ts'
import { bash, describeTree } from './data-tree.ts'
import { budget, isReady, podSpec, startDrainWorld, workload, type DrainWorld } from './drain-world.ts'
import { factsWith } from './facts-fixture.ts'
import { createSshdBed } from './sshd.ts'
import { knownHostsFile } from './ssh-host.ts'
import { startTestMachine, type TestMachine } from './test-machine.ts'

/** A fleet of four nodes with a plan for all of them: each is a real sshd, and one has data of its own. */
export interface CrashFleet {
  world: DrainWorld
  cwd: string
  /** Makes `plan.json` of the nodes as they are, and gives its digest. */
  plan(): Promise<string>
  /** Whatever a run must leave as it found it. */
  state(): Promise<unknown>
  /** Names of nodes whose system was replaced, each as often as it was, since the last time it was asked. */
  replaced(): string[]
  /** Pods that the server has let go more than once since the last time it was asked. */
  evictedTwice(): Promise<string[]>
  stop(): Promise<void>
}

const names = ['node-1', 'node-2', 'node-3', 'node-4'] as const
/** A kubelet renews every ten seconds, which is long for a test. */
const renewMs = 200
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'

const playbook = `
schema: playbook/v1
name: crash
title: { en: Crash, zh: 崩溃 }
target: containeros
phases:
  migrate:
    - uses: cluster.snapshot
    - uses: cluster.cordon
    - uses: cluster.drain
      with: { naked: recreate, leaveLocalData: true }
      timeout: 10m
    - uses: cluster.wait-detach
      timeout: 5m
    - uses: data.park
      timeout: 5m
  replace:
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
    - uses: node.wait-ready
      with: { stableFor: 1s }
      timeout: 5m
  restore:
    - uses: data.restore
      timeout: 5m
    - uses: cluster.restore-metadata
    - uses: cluster.uncordon
    - uses: workloads.verify
      timeout: 5m
`

const options = `
schema: plan-options/v1
playbook: ./crash.yaml
rollback: { means: reinstall }
acceptFindings: high
canary: { perClass: 0, soak: 0s }
soak: 0s
maxUnavailable: 2
zones: any
order: name
noRoom: wait
data:
  - { kind: host-path, action: park, reason: the test }
with:
  data.park: { store: ./store }
  host.provision:
    provider: command
    argv: [/bin/sh, ./provision.sh]
    observe: [/bin/sh, ./provision.sh]
`

/** A program as a team has one: a second call with the same token waits for the first, which outlives whoever called it. */
const script = `
read -r request
field() { printf '%s' "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
node=$(field node) token=$(field token)
test "$(field verb)" = act || { test -e "system-$token"; exit; }
if mkdir "begun-$token"; then
  echo "$node $token" >> replaced
  test "$node" != node-1 || rm -rf data
  : > "boot-$node"
  while test -e "boot-$node"; do sleep 0.05; done
  : > "system-$token"
fi
until test -e "system-$token"; do sleep 0.05; done
`

/** Starts it, with workloads, budgets, marks of people and a node that somebody has cordoned; then the plan is made. */
export async function startCrashFleet(release: Release): Promise<CrashFleet> {
  const world = await startDrainWorld({ release, nodes: names.length, stopMs: 50, startMs: 20 })
  const { cwd, api } = world
  const bed = createSshdBed()
  const machines = new Map<string, TestMachine>()
  for (const name of names) machines.set(name, await startTestMachine(bed))
  const machineOf = (name: string): TestMachine => {
    const machine = machines.get(name)
    if (machine === undefined) throw new Error(`no machine ${name}`)
    return machine
  }
  const data = path.join(cwd, 'data')
  bash(cwd, 'mkdir -p data/a; echo one > data/a/one; chmod 600 data/a/one; chown 12:34 data/a; : > replaced')
  const nodePath = (name: string): string => `/api/v1/nodes/${name}`
  const merge = async (to: string, body: object): Promise<void> =>
    void (await api.request('PATCH', to, { body, contentType: mergePatch }))

  await world.namespace('shop')
  for (const [name, replicas] of [
    ['web', 4],
    ['db', 2],
  ] as const) {
    await world.create(`${world.apps}/shop/deployments`, workload(name, { replicas }))
    await world.create(
      `${world.budgets}/shop/poddisruptionbudgets`,
      budget(name, { minAvailable: replicas - 1 }),
    )
  }
  // Bound to its node, or it may be there again on one whose turn comes later.
  const naked = {
    metadata: { name: 'lonely' },
    spec: podSpec({ nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }),
  }
  await world.create(`${world.core}/shop/pods`, naked)
  await world.ready(7, 'shop')
  for (const name of names) await tellBoot(name)
  await merge(nodePath('node-2'), {
    metadata: { labels: { team: 'ferry' }, annotations: { 'example.com/owner': 'ann' } },
    spec: { taints: [{ key: 'example.com/odd', value: '1', effect: 'PreferNoSchedule' }] },
  })
  await merge(nodePath('node-4'), { spec: { unschedulable: true } })

  async function tellBoot(name: string): Promise<void> {
    const bootID = randomUUID()
    const machine = machineOf(name)
    machine.boot(bootID)
    const nodeInfo = { bootID, machineID: machine.machineId }
    await merge(`${nodePath(name)}/status`, { status: { nodeInfo } })
  }

  /** The machine boots; node-2 joins anew, and nothing of what people had on it is there. */
  async function boot(name: string): Promise<void> {
    if (name === 'node-2') {
      await api.request('DELETE', nodePath(name))
      const body = nodeObject({ name }, { address: '10.20.0.2', version: world.controlPlane.version })
      await api.request('POST', '/api/v1/nodes', { body })
    }
    await tellBoot(name)
    rmSync(path.join(cwd, `boot-${name}`))
  }

  /** A lease goes with the node that it was of. */
  async function renew(name: string): Promise<void> {
    const renewTime = `${new Date().toISOString().slice(0, -1)}000Z`
    await merge(`${leases}/${name}`, { spec: { renewTime } }).catch(async () => {
      await api.request('POST', leases, { body: leaseObject(await world.node(name)) })
    })
  }

  const end = new AbortController()
  const failures: unknown[] = []
  let evictions = 0
  async function runMachines(): Promise<void> {
    while (!end.signal.aborted) {
      for (const name of names) {
        await renew(name).catch(() => undefined)
        if (existsSync(path.join(cwd, `boot-${name}`)))
          await boot(name).catch((error) => failures.push(error))
      }
      await new Promise((resolve) => setTimeout(resolve, renewMs))
    }
  }

  writeProject(cwd, sshOf)
  const running = runMachines()

  function sshOf(name: string): object {
    const { sshd } = machineOf(name)
    return {
      user: 'root',
      port: sshd.port,
      identityFiles: [bed.keyFile],
      knownHostsFiles: [knownHostsFile(bed, sshd.knownHosts)],
      agent: false,
      backend: 'ssh2',
    }
  }

  async function items(from: string): Promise<ApiObject[]> {
    return (await api.request('GET', from))['items'] as ApiObject[]
  }

  return {
    world,
    cwd,
    plan: async () => await makePlan(world, data),
    async state() {
      const nodes = (await items('/api/v1/nodes')).map(({ metadata, spec }) => {
        const { unschedulable, taints } = spec as { unschedulable?: boolean; taints?: object[] }
        const { name, labels, annotations } = metadata
        return {
          name,
          labels,
          annotations,
          unschedulable,
          taints: taints?.map((taint) => ({ ...taint, timeAdded: '' })),
        }
      })
      const held = (await items('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'))
        .filter(({ metadata }) => metadata.name.startsWith('osferry-'))
        .flatMap(({ metadata, spec }) => {
          const { holderIdentity } = spec as { holderIdentity?: string | null }
          return holderIdentity === undefined || holderIdentity === null ? [] : [metadata.name]
        })
      const pods = (await items(`${world.core}/shop/pods`)).filter(isReady)
      const apps = pods.map(({ metadata }) => metadata.labels?.['app'] ?? metadata.name).sort()
      return { nodes, held, apps, data: describeTree(data) }
    },
    replaced() {
      const lines = readFileSync(path.join(cwd, 'replaced'), 'utf8').split('\n').slice(0, -1)
      writeFileSync(path.join(cwd, 'replaced'), '')
      return lines.map((line) => line.split(' ')[0]!).sort()
    },
    async evictedTwice() {
      await world.audited()
      const taken = auditedRequests(world.controlPlane.auditLog, { subresource: 'eviction', status: 201 })
      // A pod without a controller is there again under its name.
      const byName = Map.groupBy(taken.slice(evictions), ({ name = '' }) => name)
      evictions = taken.length
      return [...byName].filter(([, all]) => all.length > 1).map(([name]) => name)
    },
    async stop() {
      end.abort()
      await running
      await bed.close()
      await world.clean()
      await world.stop()
      if (failures.length > 0) throw new AggregateError(failures, 'a machine could not boot')
    },
  }
}

function writeProject(cwd: string, sshOf: (name: string) => object): void {
  const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text)
  for (const name of ['.osferry/facts', 'store']) mkdirSync(path.join(cwd, name), { recursive: true })
  for (const name of names) {
    const facts = factsWith({ images: { localOnly: [] } })
    write(`.osferry/facts/${name}.json`, JSON.stringify({ ...facts, host: { ...facts.host, name } }))
  }
  const hosts = names.map((name) => ({ name, address: '127.0.0.1', ssh: sshOf(name) }))
  write('inventory.yaml', JSON.stringify({ schema: 'inventory/v1', hosts }))
  write('crash.yaml', playbook)
  write('options.yaml', options)
  write('provision.sh', script)
}

/** The snapshot is ours, the nodes are those of the server. */
async function makePlan(world: DrainWorld, data: string): Promise<string> {
  const { cwd } = world
  const file = path.join(cwd, 'plan.json')
  rmSync(file, { force: true })
  const nodes = []
  for (const name of names) nodes.push({ ...clusterNode(name), uid: (await world.node(name)).metadata.uid })
  const volumes: ClusterPod['volumes'] = [{ name: 'data', kind: 'hostPath', path: data }]
  await writeSnapshot(path.join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: { nodes, pods: [clusterPod('keeper', { volumes })] },
    hosts: {
      matches: names.map((name) => ({ host: name, node: name, by: ['machine-id' as const] })),
      findings: [],
    },
  })
  await world.run(['assess', '--target', 'containeros', '-q'])
  const made = await world.run(['plan', 'create', '--options', 'options.yaml'])
  if (made.exitCode !== 0) throw new Error(`${made.stdout}${made.stderr}`)
  return planDigest((await readPlan(file)).plan)
}
