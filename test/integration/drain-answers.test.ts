import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { strategicPatch } from '../support/control-plane/api.ts'
import { auditedRequests, type AuditedRequest } from '../support/control-plane/audit.ts'
import { startFaultProxy, type Fault, type SeenRequest } from '../support/control-plane/fault-proxy.ts'
import { writeProxyKubeconfig } from '../support/control-plane/kubeconfig.ts'
import type { Release } from '../support/control-plane/releases.ts'
import { budget, podSpec, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 60_000, interval: 100 }
const onNode1 = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }

/** The answers of a server in trouble, one after the other. */
const troubles: readonly Fault[] = [
  failure(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version'),
  { ...failure(429, 'TooManyRequests', 'too many requests'), headers: { 'retry-after': '1' } },
  failure(500, 'InternalError', 'etcdserver: request timed out'),
  failure(503, 'ServiceUnavailable', 'apiserver not ready'),
  'cut',
  'cut-after',
]

describe.each<Release>(['oldest', 'newest'])('answers to a drain on the %s control plane', (release) => {
  let world: DrainWorld

  beforeAll(async () => {
    world = await startDrainWorld({ release })
  })
  afterEach(async () => await world.clean())
  afterAll(async () => await world.stop())

  /** Pods that start on node-1 and may go anywhere. */
  async function starting(
    namespace: string,
    create: () => Promise<unknown>,
    replicas: number,
  ): Promise<void> {
    const cordon = async (unschedulable: true | null): Promise<void> => {
      for (const name of ['node-2', 'node-3'])
        await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable } })
    }
    await cordon(true)
    await create()
    await world.ready(replicas, namespace)
    await cordon(null)
  }

  const deploy = async (namespace: string, name: string, options: object): Promise<unknown> =>
    await world.create(`${world.apps}/${namespace}/deployments`, workload(name, options))

  function evictions(of: Partial<AuditedRequest>): readonly AuditedRequest[] {
    return auditedRequests(world.controlPlane.auditLog, { subresource: 'eviction', verb: 'create', ...of })
  }

  async function expectGivenBack(): Promise<void> {
    const node = await world.node('node-1')
    expect(node['spec'].unschedulable).toBeUndefined()
    expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
  }

  it('that are errors do not end it, and no pod is evicted twice', async () => {
    await world.namespace('troubled')
    await starting('troubled', () => deploy('troubled', 'web', { replicas: 12 }), 12)
    const names = (await world.podsOn('node-1')).map(({ metadata }) => metadata.name).sort()
    const proxy = await startFaultProxy(world.controlPlane)
    const troubled = new Set<string>()
    let next = 0
    proxy.fault = ({ method, url }: SeenRequest): Fault | undefined => {
      const isTarget = (method === 'POST' && url.includes('/eviction')) || method === 'PATCH'
      if (!isTarget || troubled.has(`${method} ${url}`)) return undefined
      troubled.add(`${method} ${url}`)
      next += 1
      return troubles[next % troubles.length]
    }
    try {
      const file = writeProxyKubeconfig(`${world.cwd}/proxy.yaml`, proxy)
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', '--kubeconfig', file])
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained 12/12')])
      expect(troubled.size).toBeGreaterThanOrEqual(13)
    } finally {
      await proxy.close()
    }
    const done = (): string[] =>
      evictions({ namespace: 'troubled' })
        .filter(({ status }) => status === 201)
        .map(({ name }) => name ?? '')
        .sort()
    expect(done()).toEqual(names)
    expect((await world.node('node-1'))['spec'].unschedulable).toBe(true)
  })

  it('of a webhook that fails name the webhook, and the node is given back', async () => {
    await world.namespace('guarded')
    await starting('guarded', () => deploy('guarded', 'web', { replicas: 1 }), 1)
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
    const rule = {
      apiGroups: [''],
      apiVersions: ['v1'],
      resources: ['pods/eviction'],
      operations: ['CREATE'],
    }
    await world.create(path, {
      metadata: { name: 'guard' },
      webhooks: [
        {
          name: 'guard.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/guard' },
          rules: [rule],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 1,
        },
      ],
    })
    try {
      const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes'])
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining('"guard.example.com"')])
      expect(stdout).toContain('guarded/web-')
    } finally {
      await world.api.request('DELETE', `${path}/guard`)
    }
    await expectGivenBack()
  })

  it('about a namespace that is ending make it wait until the pods are gone', async () => {
    await world.namespace('leaving')
    await starting('leaving', () => deploy('leaving', 'web', { replicas: 2 }), 2)
    const pid = world.controlPlane.pids()['kube-controller-manager'] ?? 0
    process.kill(pid, 'SIGSTOP')
    const refused = (): boolean => evictions({ namespace: 'leaving' }).some(({ status }) => status === 403)
    try {
      // Nobody empties the namespace meanwhile.
      await world.api.request('DELETE', '/api/v1/namespaces/leaving')
      const { exitCode } = await world.run(['drain', 'node-1', '--yes'], {
        started: () => void vi.waitUntil(refused, soon).finally(() => process.kill(pid, 'SIGCONT')),
      })
      expect([exitCode, refused()]).toEqual([0, true])
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    expect(await world.podsOn('node-1')).toEqual([])
  })

  it('about a budget that opens, closes and opens again are never refusals', async () => {
    await world.namespace('opening')
    await starting('opening', () => deploy('opening', 'web', { replicas: 4 }), 4)
    await world.create(`${world.budgets}/opening/poddisruptionbudgets`, budget('web', { minAvailable: 3 }))
    const path = `${world.budgets}/opening/poddisruptionbudgets/web`
    const allowedIs = async (wanted: number): Promise<boolean> => {
      const { status } = (await world.api.request('GET', path)) as unknown as {
        status: { disruptionsAllowed: number; currentHealthy: number; expectedPods: number }
      }
      return status.disruptionsAllowed === wanted && status.expectedPods === 4
    }
    await vi.waitUntil(() => allowedIs(1), soon)
    // With fewer healthy pods than it needs a budget lets not even unready ones go.
    const sick = (await world.podsOn('node-1')).slice(0, 2)
    for (const { metadata } of sick) {
      const body = { status: { conditions: [{ type: 'Ready', status: 'False' }] } }
      const pod = `${world.core}/opening/pods/${metadata.name}/status`
      await world.api.request('PATCH', pod, { body, contentType: strategicPatch })
    }
    await vi.waitUntil(() => allowedIs(0), soon)
    const sent = (): number => evictions({ namespace: 'opening' }).length
    let sentWhileClosed = -1
    const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes', '--timeout', '120s'], {
      started: whenHeard('evicting', () => {
        const act = async (): Promise<void> => {
          await new Promise((resolve) => setTimeout(resolve, 1500))
          sentWhileClosed = sent()
          // One change: with pods that get well one by one the last may do so while it is evicted as unready.
          await world.patch(path, { spec: { minAvailable: 2 } })
        }
        void act()
      }),
    })
    expect([exitCode, sentWhileClosed, stdout]).toEqual([0, 0, expect.stringContaining('4/4')])
    expect(sent()).toBe(4)
    expect(evictions({ namespace: 'opening' }).filter(({ status }) => status !== 201)).toEqual([])
  })

  it('leave the pod of a StatefulSet alone that has come back under its name on another node', async () => {
    await world.namespace('named')
    const set = { ...workload('db', { replicas: 2 }) } as { spec: object }
    const spec = { ...set.spec, serviceName: 'db', podManagementPolicy: 'Parallel' }
    await starting('named', () => world.create(`${world.apps}/named/statefulsets`, { ...set, spec }), 2)
    const before = new Set((await world.podsOn('node-1')).map(({ metadata }) => metadata.uid))
    const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes', '-o', 'json'])
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { items: [{ podsGone: 2, podsTotal: 2 }] }])
    await world.ready(2, 'named')
    const list = await world.api.request('GET', `${world.core}/named/pods`)
    const now = list['items'] as { metadata: { name: string; uid: string } }[]
    expect(now.map(({ metadata }) => metadata.name).sort()).toEqual(['db-0', 'db-1'])
    expect(now.filter(({ metadata }) => before.has(metadata.uid))).toEqual([])
    const asked = evictions({ namespace: 'named' }).map(({ name }) => name ?? '')
    expect(asked.sort()).toEqual(['db-0', 'db-1'])
  })

  it('give the node back when a pod comes back to it because it tolerates the cordon', async () => {
    await world.namespace('back')
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }]
    await deploy('back', 'web', { replicas: 1, spec: { ...onNode1, tolerations } })
    await world.ready(1, 'back')
    const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes', '--timeout', '60s'])
    expect([exitCode, stdout]).toEqual([8, expect.stringContaining('is created again on this node')])
    await expectGivenBack()
  })

  it('are not asked for a Job that a rule lets run to its own end', async () => {
    await world.namespace('batch')
    const spec = { ...podSpec(onNode1), restartPolicy: 'Never' }
    await world.create('/apis/batch/v1/namespaces/batch/jobs', {
      metadata: { name: 'once' },
      spec: { template: { spec } },
    })
    await world.ready(1, 'batch')
    const rules = [{ name: 'jobs', match: { namespaces: ['batch'] }, behavior: 'WaitCompleted' }]
    const file = `${world.cwd}/wait.yaml`
    writeFileSync(file, JSON.stringify({ schema: 'drain-rules/v1', rules }))
    const [pod] = await world.podsOn('node-1')
    const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', '--rules', file], {
      started: whenHeard('evicting', () => {
        const path = `${world.core}/batch/pods/${pod?.metadata.name}/status`
        const state = { terminated: { exitCode: 0, reason: 'Completed' } }
        const containerStatuses = [{ name: 'main', ready: false, state }]
        const body = { status: { phase: 'Succeeded', containerStatuses } }
        void world.api.request('PATCH', path, { body, contentType: strategicPatch })
      }),
    })
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained 1/1')])
    expect(evictions({ namespace: 'batch' })).toEqual([])
  })

  it('are no budget for a pod that never started: it is let go', async () => {
    await world.namespace('pending')
    await world.create('/api/v1/nodes', { metadata: { name: 'ghost' } })
    const labels = { app: 'web' }
    await world.create(`${world.core}/pending/pods`, {
      metadata: { name: 'web', labels },
      spec: podSpec({ nodeName: 'ghost', tolerations: [{ operator: 'Exists' }] }),
    })
    await world.create(`${world.budgets}/pending/poddisruptionbudgets`, budget('web', { minAvailable: 1 }))
    const args = ['drain', 'ghost', '--yes', '--force-naked', '--timeout', '8s']
    const { exitCode, stdout } = await world.run(args)
    // No kubelet takes it away; the server has taken the eviction.
    expect([exitCode, stdout]).toEqual([8, expect.stringContaining('pending/web ending')])
    expect(evictions({ namespace: 'pending' }).map(({ status }) => status)).toEqual([201])
    await world.api.request('DELETE', `${world.core}/pending/pods/web`, { body: { gracePeriodSeconds: 0 } })
    await world.api.request('DELETE', '/api/v1/nodes/ghost')
  })

  // The last of this control plane: the node does not come back.
  it('do not come from a dead kubelet: the time ends, the node is given back, and it is said who is silent', async () => {
    await world.namespace('dead')
    await world.create(`${world.core}/dead/pods`, {
      metadata: { name: 'left' },
      spec: podSpec({ nodeName: 'node-1', tolerations: [{ operator: 'Exists' }] }),
    })
    await world.ready(1, 'dead')
    world.stopNode('node-1')
    const ready = async (): Promise<unknown> => {
      const { conditions } = (await world.node('node-1'))['status'] as {
        conditions: { type: string; status: string }[]
      }
      return conditions.find(({ type }) => type === 'Ready')?.status
    }
    await expect.poll(ready, { timeout: 150_000, interval: 500 }).toBe('Unknown')
    const args = ['drain', 'node-1', '--yes', '--force-naked', '--timeout', '4s']
    const { exitCode, stdout } = await world.run(args)
    expect([exitCode, stdout]).toEqual([
      8,
      expect.stringContaining('nothing was heard of its kubelet since 20'),
    ])
    await expectGivenBack()
    const why = await world.run(['why', 'node-1'])
    expect([why.exitCode, why.stdout]).toEqual([2, expect.stringContaining('dead/left')])
    expect(why.stdout).toMatch(/✖ the node is not ready: its kubelet ends no pod, for \S+ \(since 20/)
    expect(why.stdout).toMatch(/✖ 1 × ending, and nothing is heard of the kubelet of this node/)
    expect(why.stdout).toContain('node.kubernetes.io/unreachable')
    await world.api.request('DELETE', `${world.core}/dead/pods/left`, { body: { gracePeriodSeconds: 0 } })
  })
})

function failure(code: number, reason: string, message: string): Exclude<Fault, string> {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code }
  return { status: code, body: JSON.stringify(status) }
}
