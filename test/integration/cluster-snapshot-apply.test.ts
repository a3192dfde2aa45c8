import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { planDigest, readPlan } from '../../src/inventory/plan-file.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { budget, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { factsWith } from '../support/facts-fixture.ts'
import { actsIn } from '../support/node-project.ts'
import { applyWords } from '../support/osferry.ts'

const soon = { timeout: 60_000, interval: 100 }
const names = ['node-1', 'node-2', 'node-3']
const machineIds: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name, index) => [name, String(index + 1).repeat(32)]),
)

const playbook = `
schema: playbook/v1
name: whole
title: { en: Whole, zh: 全程 }
target: containeros
phases:
  migrate:
    - uses: cluster.snapshot
    - uses: cluster.cordon
    - uses: cluster.drain
      timeout: 5m
  replace:
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
  restore:
    - uses: cluster.restore-metadata
    - uses: cluster.uncordon
    - uses: workloads.verify
      timeout: 5m
`
const options = `
schema: plan-options/v1
playbook: ./whole.yaml
rollback: { means: reinstall }
acceptFindings: high
canary: { perClass: 0, soak: 0s }
soak: 0s
order: name
with:
  host.provision: { provider: command, argv: [/bin/sh, ./provision.sh], machine: as-listed }
`

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'a plan from the snapshot of the %s control plane',
  (release) => {
    let world: DrainWorld
    let digest = ''

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: names.length })
      for (const name of names) await identify(name)
      await world.namespace('shop')
      await world.create(budgets(), budget('web', { maxUnavailable: 1 }))
      await world.create(`${world.apps}/shop/deployments`, workload('web', { replicas: 3 }))
      await world.ready(3, 'shop')
      writeProject()
    })
    afterAll(async () => await world.stop())

    const budgets = (): string => `${world.budgets}/shop/poddisruptionbudgets`

    /** As a machine of systemd has it; people have labelled the node. */
    async function identify(name: string): Promise<void> {
      await world.patch(`/api/v1/nodes/${name}`, { metadata: { labels: { team: 'ferry' } } })
      const nodeInfo = { machineID: machineIds[name] }
      await world.patch(`/api/v1/nodes/${name}/status`, { status: { nodeInfo } })
    }

    /** Hosts have other names than their nodes: the snapshot has to find out. */
    function writeProject(): void {
      const write = (name: string, text: string): void => writeFileSync(path.join(world.cwd, name), text)
      mkdirSync(path.join(world.cwd, '.osferry', 'facts'), { recursive: true })
      for (const [index, name] of names.entries()) {
        const host = `machine-${index + 1}`
        const facts = factsWith({
          images: { localOnly: [] },
          machineId: { id: machineIds[name]! },
          identity: { hostname: name, staticHostname: name, fqdn: name },
        })
        write(
          `.osferry/facts/${host}.json`,
          JSON.stringify({ ...facts, host: { ...facts.host, name: host } }),
        )
      }
      const hosts = names.map((_, index) => ({ name: `machine-${index + 1}`, address: '127.0.0.1' }))
      write('inventory.yaml', JSON.stringify({ schema: 'inventory/v1', hosts }))
      write('whole.yaml', playbook)
      write('options.yaml', options)
      write('provision.sh', `sed -n 's/.*"node":"\\([^"]*\\)".*/\\1/p' >> acts\n`)
    }

    /** What it says to the command, which must have succeeded. */
    async function succeed(...args: string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await world.run(args)
      expect([args, exitCode, stdout, stderr]).toEqual([args, 0, stdout, stderr])
      return stdout
    }

    async function disruptionsAllowed(): Promise<number> {
      const { status } = (await world.api.request('GET', `${budgets()}/web`)) as unknown as {
        status: { disruptionsAllowed: number }
      }
      return status.disruptionsAllowed
    }

    it('is made of what the server says of the nodes and of what runs on them', async () => {
      await vi.waitUntil(async () => (await disruptionsAllowed()) === 1, soon)
      await succeed('cluster', 'snapshot')
      await world.run(['assess', '--target', 'containeros', '-q'])
      await succeed('plan', 'create', '--options', 'options.yaml')
      const { plan: made } = await readPlan(path.join(world.cwd, 'plan.json'))
      digest = planDigest(made)
      expect(made.leftOut).toEqual([])
      const uids = await Promise.all(names.map(async (name) => (await world.node(name)).metadata.uid))
      expect(new Map(made.nodes.map(({ name, host, uid }) => [name, { host, uid }]))).toEqual(
        new Map(names.map((name, index) => [name, { host: `machine-${index + 1}`, uid: uids[index] }])),
      )
      // Each node has one of the three pods, and may have taken over another.
      expect(made.bounds.evictions).toBeGreaterThanOrEqual(3)
    })

    it('is stale by the name of what was changed on the server, until it is as it was', async () => {
      const changed = async (body: object): Promise<void> => {
        await world.patch(`${budgets()}/web`, body)
        await succeed('cluster', 'snapshot')
      }
      await changed({ spec: { maxUnavailable: 2 } })
      await world.patch(`${world.apps}/shop/deployments/web`, { spec: { replicas: 4 } })
      await world.ready(4, 'shop')
      await succeed('cluster', 'snapshot')
      const stale = await world.run(applyWords('whole.yaml', digest))
      expect([stale.exitCode, stale.stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
      expect(stale.stderr).toContain(
        '\n  cluster\n    PodDisruptionBudget shop/web: maxUnavailable 1 -> 2\n    Deployment shop/web: replicas 3 -> 4',
      )
      expect(actsIn(world.cwd)).toEqual([])
      await world.patch(`${world.apps}/shop/deployments/web`, { spec: { replicas: 3 } })
      await world.ready(3, 'shop')
      await changed({ spec: { maxUnavailable: 1 } })
      await succeed('plan', 'validate', 'plan.json', '--playbook', 'whole.yaml')
    })

    it('is refused while the server itself is another than the saved snapshot says', async () => {
      const web = `${world.apps}/shop/deployments/web`
      const refused = async (change: string): Promise<void> => {
        const { exitCode, stderr } = await world.run(applyWords('whole.yaml', digest))
        expect([exitCode, stderr]).toEqual([5, expect.stringContaining('[PLAN_STALE]')])
        expect(stderr).toContain(`\n  cluster\n    ${change} [PLAN_STALE]`)
      }
      await world.patch(`${budgets()}/web`, { spec: { maxUnavailable: 2 } })
      await refused('PodDisruptionBudget shop/web: maxUnavailable 1 -> 2')
      await world.patch(`${budgets()}/web`, { spec: { maxUnavailable: 1 } })
      await world.patch(web, { spec: { replicas: 2 } })
      await refused('Deployment shop/web: replicas 3 -> 2')
      const written = world.requests().filter(({ verb }) => ['create', 'patch', 'update'].includes(verb))
      expect(written.filter(({ resource, user }) => resource === 'leases' && user === 'ferryman')).toEqual([])
      expect(actsIn(world.cwd)).toEqual([])
      // What an autoscaler wants is nobody's decision, and what no pod of the nodes is of does not matter.
      if (release !== 'lab') {
        const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
        await world.create('/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers', {
          metadata: { name: 'web' },
          spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9 },
        })
        await succeed(...applyWords('whole.yaml', digest, '--dry-run'))
      }
      await world.patch(web, { spec: { replicas: 3 } })
      await world.namespace('other')
      await world.create(`${world.budgets}/other/poddisruptionbudgets`, budget('free', { maxUnavailable: 1 }))
      await world.ready(3, 'shop')
      await succeed(...applyWords('whole.yaml', digest, '--dry-run'))
    })

    it('is applied: each node is emptied by evictions, replaced, and given back as it was', async () => {
      const evicted = (): number =>
        world.requests().filter(({ subresource, status }) => subresource === 'eviction' && status === 201)
          .length
      const before = await Promise.all(names.map((name) => world.node(name)))
      const stdout = await succeed(...applyWords('whole.yaml', digest))
      expect(stdout).toMatch(/^node-1 +✔ done\nnode-2 +✔ done\nnode-3 +✔ done$/m)
      expect(actsIn(world.cwd)).toEqual(names)
      // Every node had a pod, or had got one from the node before it.
      expect(evicted()).toBeGreaterThanOrEqual(3)
      await world.ready(3, 'shop')
      for (const [index, name] of names.entries()) {
        const { metadata, spec } = await world.node(name)
        expect([name, spec['unschedulable'] ?? false, spec['taints'] ?? []]).toEqual([name, false, []])
        expect(metadata.labels).toEqual(before[index]!.metadata.labels)
        expect(Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('osferry'))).toEqual([])
      }
      await succeed('runs', 'verify')
    })
  },
)
