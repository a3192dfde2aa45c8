import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Assessment, Finding } from '../../src/model/assessment.ts'
import { startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'

/** 1.20 refuses a pod until the account's token is there. */
const grace = { terminationGracePeriodSeconds: 1, automountServiceAccountToken: false }

function template(
  app: string,
  more: { spec?: object; container?: object; annotations?: object } = {},
): object {
  const container = { name: 'main', image: 'registry.example/none', ...more.container }
  return {
    metadata: {
      labels: { app },
      ...(more.annotations === undefined ? {} : { annotations: more.annotations }),
    },
    spec: { nodeName: 'node-1', containers: [container], ...grace, ...more.spec },
  }
}

function workload(app: string, replicas: number, pod: object = template(app)): object {
  return { metadata: { name: app }, spec: { replicas, selector: { matchLabels: { app } }, template: pod } }
}

/** What stands in the way of a drain of node-1, one of each kind; node-2 has nothing of it. */
async function plantTrouble(world: DrainWorld): Promise<void> {
  const { api, apps, budgets, core } = world
  const deployments = `${apps}/default/deployments`
  const budget = (name: string, app: string, more: object): Promise<unknown> =>
    world.create(`${budgets}/default/poddisruptionbudgets`, {
      metadata: { name },
      spec: { selector: { matchLabels: { app } }, ...more },
    })
  await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { disk: 'fast' } } })
  await world.create(deployments, workload('zero', 2))
  await budget('zero', 'zero', { maxUnavailable: 0 })
  await world.create(deployments, workload('twice', 2))
  await world.create(deployments, workload('alone', 1))
  const emptyDir = { volumes: [{ name: 'cache', emptyDir: {} }] }
  await world.create(deployments, workload('scratch', 1, template('scratch', { spec: emptyDir })))
  const mounts = { volumeMounts: [{ name: 'data', mountPath: '/data' }] }
  const hostPath = { volumes: [{ name: 'data', hostPath: { path: '/data/app' } }] }
  const writing = template('writing', { spec: hostPath, container: mounts })
  await world.create(deployments, workload('writing', 1, writing))
  const asking = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }
  await world.create(deployments, workload('asking', 1, template('asking', { annotations: asking })))
  const pinned = { nodeName: undefined, nodeSelector: { disk: 'fast' } }
  await world.create(deployments, workload('pinned', 1, template('pinned', { spec: pinned })))
  const agent = {
    spec: { nodeName: undefined, volumes: [{ name: 'bin', hostPath: { path: '/opt/bin' } }] },
    container: { volumeMounts: [{ name: 'bin', mountPath: '/b' }], securityContext: { privileged: true } },
  }
  await world.create(`${apps}/default/daemonsets`, {
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', agent) },
  })
  await world.create('/apis/batch/v1/namespaces/default/jobs', {
    metadata: { name: 'import' },
    spec: { template: template('import', { spec: { restartPolicy: 'Never' } }) },
  })
  await world.create(deployments, workload('guard', 2))
  await world.create(`${core}/default/services`, {
    metadata: { name: 'guard' },
    spec: { selector: { app: 'guard' }, ports: [{ port: 443, targetPort: 8443 }] },
  })
  for (const namespace of ['default', 'kube-system']) {
    await world.create(`${core}/${namespace}/pods`, {
      metadata: { name: 'naked', labels: { app: 'naked' }, finalizers: ['example.com/backup'] },
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'registry.example/none' }], ...grace },
    })
  }
  // 2 zero, 2 twice, 2 guards, 5 single ones, 2 agents, 1 job, 1 naked.
  await world.ready(15)
  await world.ready(1, 'kube-system')
  // Now: of two budgets on one pod the controller tells only one when the pod becomes ready.
  await budget('twice-a', 'twice', { maxUnavailable: 1 })
  await budget('twice-b', 'twice', { maxUnavailable: 1 })
  await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: true } })
  // The disruption controller writes what it has seen some time after the pods are ready.
  const seen = async (): Promise<boolean> => {
    const list = await api.request('GET', `${budgets}/default/poddisruptionbudgets`)
    const all = list['items'] as { status: { currentHealthy?: number } }[]
    return all.length === 3 && all.every(({ status }) => status.currentHealthy === 2)
  }
  await vi.waitUntil(seen, { timeout: 60_000, interval: 100 })
  await plantWebhooks(world)
}

/** The webhook last: while nobody answers it, the server refuses new pods. */
async function plantWebhooks(world: DrainWorld): Promise<void> {
  const label = 'kubernetes.io/service-name%3Dguard'
  const { preferredVersion } = await world.api.request('GET', '/apis/discovery.k8s.io')
  const slices = `/apis/${preferredVersion.groupVersion}/namespaces/default/endpointslices?labelSelector=${label}`
  const isAnswered = async (): Promise<boolean> => {
    const items = (await world.api.request('GET', slices))['items'] as {
      endpoints?: { conditions: { ready: boolean } }[]
    }[]
    return (
      items.flatMap(({ endpoints }) => endpoints ?? []).filter((one) => one.conditions.ready).length === 2
    )
  }
  await vi.waitUntil(isAnswered, { timeout: 60_000, interval: 100 })
  const webhook = (name: string, more: object): object => ({
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    clientConfig: { service: { namespace: 'default', name: 'guard' } },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    ...more,
  })
  await world.create('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    metadata: { name: 'guard' },
    webhooks: [
      webhook('all.example.com', {}),
      webhook('skipped.example.com', { failurePolicy: 'Ignore' }),
      webhook('some.example.com', { namespaceSelector: { matchLabels: { guarded: 'yes' } } }),
    ],
  })
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'checks of nodes on the %s control plane',
  (release) => {
    let world: DrainWorld
    let document: Assessment

    beforeAll(async () => {
      world = await startDrainWorld({ release, nodes: 2 })
      await plantTrouble(world)
      writeFileSync(
        path.join(world.cwd, 'inventory.yaml'),
        'schema: inventory/v1\nhosts:\n  - { name: node-1 }\n  - { name: node-2 }\n  - { name: stranger }\n',
      )
      const snapshot = await world.run(['cluster', 'snapshot'])
      if (snapshot.exitCode !== 0) throw new Error(snapshot.stderr)
      const { stdout } = await world.run(['assess', '-o', 'json'])
      document = JSON.parse(stdout) as Assessment
    })
    afterAll(async () => await world.stop())

    /** Findings of the checks of nodes that failed, by their key. */
    function failedOn(host: string, target: string): Map<string, Finding> {
      const nodeChecks = new Set(document.checks.filter(({ lists }) => lists).map(({ id }) => id))
      const judged = document.hosts.find((one) => one.host.name === host)?.targets
      const findings = judged?.find((one) => one.target === target)?.findings ?? []
      const failed = findings.filter(({ key, status }) => status === 'fail' && nodeChecks.has(key))
      return new Map(failed.map((finding) => [finding.key, finding]))
    }

    it('finds each trouble on the node that has it', () => {
      expect([...failedOn('node-1', 'anolis-rhck').keys()].sort()).toEqual([
        'budget-never-allows',
        'budgets-overlap',
        'kube-system-pod-without-controller',
        'node-cordoned',
        'pod-do-not-evict',
        'pod-empty-dir',
        'pod-finalizers',
        'pod-host-path',
        'pod-jobs-running',
        'pod-only-this-node',
        'pod-without-controller',
        'webhook-served-here',
        'workload-on-one-node',
        'workload-single-replica',
      ])
    })

    it('names the objects and the numbers of the real server', () => {
      const failed = failedOn('node-1', 'anolis-rhck')
      const excerpt = (key: string): string => failed.get(key)?.evidence[0]?.excerpt ?? ''
      expect(excerpt('budget-never-allows')).toBe(
        'default/zero maxUnavailable 0: 0 allowed, 2 healthy of 2, 2 needed',
      )
      expect(excerpt('budgets-overlap')).toMatch(/default\/twice-\S+: twice-a, twice-b/)
      expect(excerpt('pod-without-controller')).toBe('default/naked Running: no controller')
      expect(excerpt('pod-host-path')).toMatch(/^default\/writing-\S+: \/data\/app$/)
      expect(failed.get('webhook-served-here')?.severity).toBe('block')
      expect(excerpt('webhook-served-here')).toBe(
        [
          'validating guard/all.example.com Fail: default/guard: 2 ready, all here: CREATE pods',
          'validating guard/skipped.example.com Ignore: default/guard: 2 ready, all here: CREATE pods',
          'validating guard/some.example.com Fail: default/guard: 2 ready, all here: CREATE pods',
        ].join('\n'),
      )
      expect(failed.get('pod-only-this-node')?.here.en).toMatch(/default\/pinned-\S+\.$/)
    })

    it('is graver where the disk is rewritten, and looks at DaemonSets there', () => {
      const failed = failedOn('node-1', 'containeros')
      expect(failed.get('pod-host-path')?.severity).toBe('block')
      expect(failed.get('daemonset-host-access')?.evidence[0]?.excerpt).toBe(
        'default DaemonSet/agent: /opt/bin',
      )
    })

    it('says the same without any host, by cluster check', async () => {
      const args = ['cluster', 'check', '--target', 'rhck', '-o', 'json', 'node-1']
      const { exitCode, stdout } = await world.run(args)
      expect(exitCode).toBe(2)
      const { items } = JSON.parse(stdout) as { items: { key: string; node: string; status: string }[] }
      expect(items.map(({ key }) => key).sort()).toEqual([...failedOn('node-1', 'anolis-rhck').keys()].sort())
      expect(items.every(({ node, status }) => node === 'node-1' && status === 'fail')).toBe(true)
      expect(await world.run(['cluster', 'check', 'node-2', '--target', 'rhck'])).toMatchObject({
        exitCode: 0,
      })
      expect(await world.run(['cluster', 'check', 'node-3'])).toMatchObject({
        exitCode: 65,
        stderr: expect.stringContaining('Did you mean node-1'),
      })
    })

    it('finds nothing of it on the other node', () => {
      expect([...failedOn('node-2', 'anolis-rhck').keys()]).toEqual([])
    })

    it('cannot tell anything about a host that is no node', () => {
      const stranger = document.hosts.find(({ host }) => host.name === 'stranger')?.targets[0]
      const finding = stranger?.findings.find(({ key }) => key === 'budget-never-allows')
      expect(finding).toMatchObject({ status: 'unknown', here: { en: expect.stringContaining('stranger') } })
    })
  },
)
