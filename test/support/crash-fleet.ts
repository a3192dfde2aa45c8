import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { programAnnotation } from '../../src/model/program-mark.ts'
import { mergePatch, type ApiObject } from './control-plane/api.ts'
import { auditedRequests } from './control-plane/audit.ts'
import { leaseObject, nodeObject } from './control-plane/fake-node.ts'
import type { TestedRelease } from './control-plane/releases.ts'
import { crashNodes, planCrash, writeCrashProject } from './crash-project.ts'
import { bash, describeTree } from './data-tree.ts'
import { budget, isReady, podSpec, startDrainWorld, workload, type DrainWorld } from './drain-world.ts'
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

/** Only what the machines become is ever looked at. */
const osRelease = 'ID=lifsea\n'
/** A kubelet renews every ten seconds, which is long for a test. */
const renewMs = 200
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'

/** Starts it, with workloads, budgets, marks of people and a node that somebody has cordoned; then the plan is made. */
export async function startCrashFleet(release: TestedRelease): Promise<CrashFleet> {
  const world = await startDrainWorld({ release, nodes: crashNodes.length, stopMs: 50, startMs: 20 })
  const { cwd, api } = world
  const bed = createSshdBed()
  const machines = new Map<string, TestMachine>()
  for (const name of crashNodes) machines.set(name, await startTestMachine(bed, { osRelease }))
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
  for (const name of crashNodes) await tellBoot(name)
  // A kubelet that starts anew starts its pods anew.
  await world.ready(7, 'shop')
  await merge(nodePath('node-2'), {
    metadata: { labels: { team: 'ferry' }, annotations: { 'example.com/owner': 'ann' } },
    spec: { taints: [{ key: 'example.com/odd', value: '1', effect: 'PreferNoSchedule' }] },
  })
  await merge(nodePath('node-4'), { spec: { unschedulable: true } })

  async function tellBoot(name: string): Promise<void> {
    const bootID = randomUUID()
    const machine = machineOf(name)
    machine.boot(bootID)
    await world.boot(name, { bootID, machineID: machine.machineId })
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
      for (const name of crashNodes) {
        await renew(name).catch(() => undefined)
        if (existsSync(path.join(cwd, `boot-${name}`)))
          await boot(name).catch((error) => failures.push(error))
      }
      await new Promise((resolve) => setTimeout(resolve, renewMs))
    }
  }

  writeCrashProject(cwd, sshOf)
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
    plan: async () => await planCrash(world, data),
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
          const isMarked = metadata.annotations?.[programAnnotation] !== undefined
          const isHeld = holderIdentity !== undefined && holderIdentity !== null
          return isHeld || isMarked ? [metadata.name] : []
        })
      const pods = (await items(`${world.core}/shop/pods`)).filter(isReady)
      const apps = pods.map(({ metadata }) => metadata.labels?.['app'] ?? metadata.name).sort()
      // A token is in each.
      const left = readdirSync(path.join(cwd, '.osferry'), { recursive: true, encoding: 'utf8' })
      const configs = left.filter((name) => name.endsWith('.ign'))
      return { nodes, held, apps, configs, data: describeTree(data) }
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
