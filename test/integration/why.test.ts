import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { strategicPatch } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { budget, podSpec, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'

const soon = { timeout: 60_000, interval: 100 }

interface Answer {
  items: { node: string; state: Record<string, unknown>; blockers: Blocker[] }[]
  gaps: { what: string; reason: string }[]
}

interface Blocker {
  cause: string
  subject: string
  since?: string
  pods: { pod: string; owner: string; workload: string; names: string[] }[]
  budget?: { unhealthy: { pod: string; node: string; reason: string }[] }
  ways: { en: string; zh: string }[]
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry why on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    async function why(): Promise<{ exitCode: number | null; answer: Answer }> {
      const { exitCode, stdout } = await world.run(['why', 'node-1', '-o', 'json'])
      return { exitCode, answer: JSON.parse(stdout) as Answer }
    }

    function blockers({ answer }: { answer: Answer }): Record<string, Blocker> {
      const [item] = answer.items
      return Object.fromEntries(item?.blockers.map((blocker) => [blocker.cause, blocker]) ?? [])
    }

    /** A Deployment whose pods are on node-1. */
    async function onNode(namespace: string, name: string, replicas: number): Promise<void> {
      const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }
      await world.create(`${world.apps}/${namespace}/deployments`, workload(name, { replicas, spec }))
    }

    async function allowedIs(namespace: string, name: string, allowed: number): Promise<void> {
      const path = `${world.budgets}/${namespace}/poddisruptionbudgets/${name}`
      await vi.waitUntil(async () => {
        const status = (await world.api.request('GET', path))['status'] as {
          disruptionsAllowed: number
          expectedPods: number
        }
        return status.disruptionsAllowed === allowed && status.expectedPods > 0
      }, soon)
    }

    it('says that nothing blocks, and writes nothing', async () => {
      await world.namespace('free')
      await onNode('free', 'web', 2)
      await world.ready(2, 'free')
      const before = world.writes().length
      const { exitCode, stdout } = await world.run(['why', 'node-1'])
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('✔ nothing blocks it')])
      expect(stdout).toMatch(/^node-1: ready/)
      expect(world.writes().length).toBe(before)
    })

    it('names budgets with their numbers, the unhealthy pod and where it is, and what to do', async () => {
      await world.namespace('held')
      const budgets = `${world.budgets}/held/poddisruptionbudgets`
      await onNode('held', 'zero', 2)
      await world.create(budgets, budget('zero', { minAvailable: 2 }))
      await onNode('held', 'sick', 3)
      await world.create(budgets, budget('sick', { minAvailable: 2 }))
      await onNode('held', 'both', 1)
      await world.create(budgets, budget('both', { maxUnavailable: 1 }))
      const same = { selector: { matchLabels: { app: 'both' } }, maxUnavailable: 1 }
      await world.create(budgets, { metadata: { name: 'both-2' }, spec: same })
      await world.ready(6, 'held')
      const pods = await world.podsOn('node-1')
      const sick = pods.find(({ metadata }) => metadata.labels?.['app'] === 'sick')?.metadata.name ?? ''
      await world.api.request('PATCH', `${world.core}/held/pods/${sick}/status`, {
        body: { status: { conditions: [{ type: 'Ready', status: 'False' }] } },
        contentType: strategicPatch,
      })
      await allowedIs('held', 'sick', 0)
      await allowedIs('held', 'zero', 0)
      const result = await why()
      const found = blockers(result)
      expect(result.exitCode).toBe(2)
      expect(found['budget-zero']).toMatchObject({ subject: 'held/zero', budget: { desiredHealthy: 2 } })
      expect(found['budget-zero']?.pods).toHaveLength(2)
      expect(found['budget-zero']?.ways[0]?.en).toContain(
        'kubectl scale -n held deployment zero --replicas=3',
      )
      expect(found['budget-closed']).toMatchObject({
        subject: 'held/sick',
        budget: { currentHealthy: 2, unhealthy: [{ pod: `held/${sick}`, node: 'node-1' }] },
      })
      expect(found['budget-closed']?.ways[0]?.zh).toContain(`kubectl describe pod -n held ${sick}`)
      expect(found['two-budgets']).toMatchObject({ subject: 'held/both, held/both-2' })
      const { stdout } = await world.run(['why', 'node-1', '--lang', 'zh-CN'])
      expect(stdout).toContain('共 3 个，健康 2，至少需要 2，允许中断 0')
    })

    it('works while a drain does, and names its run, its lease and the finalizer', async () => {
      await world.namespace('during')
      await world.create(`${world.core}/during/pods`, {
        metadata: { name: 'stuck', finalizers: ['example.com/hold'] },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.ready(1, 'during')
      let seen: Awaited<ReturnType<typeof why>> | undefined
      let text = ''
      await world.run(['drain', 'node-1', '--yes', '--force-naked'], {
        started: (child) => {
          const look = async (): Promise<void> => {
            await vi.waitUntil(async () => {
              seen = await why()
              return blockers(seen)['finalizers'] !== undefined
            }, soon)
            text = (await world.run(['why', 'node-1', 'node-2'])).stdout
          }
          void look().finally(() => child.kill('SIGINT'))
        },
      })
      expect(seen?.exitCode).toBe(2)
      expect(seen?.answer.items[0]?.blockers).toHaveLength(1)
      expect(blockers(seen ?? { answer: { items: [], gaps: [] } })['finalizers']?.pods).toEqual([
        expect.objectContaining({ pod: 'during/stuck', names: ['example.com/hold'] }),
      ])
      expect(text).toMatch(/node-1: ready.*; cordoned by osferry, \S+@\S+ \(run [0-9a-f]{8}\)/)
      expect(text).toMatch(/ {2}the drain of \S+@\S+ \(run [0-9a-f]{8}\) is at work/)
      expect(text).toMatch(/node-2: [^]* ✖ another osferry is at work in this cluster: \S+@\S+/)
    })

    it('tells a cordon of somebody else, taints, and pods that a drain would refuse', async () => {
      await world.namespace('own')
      await world.create(`${world.core}/own/pods`, {
        metadata: { name: 'naked', annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
        spec: podSpec({ nodeName: 'node-1', volumes: [{ name: 'scratch', emptyDir: {} }] }),
      })
      await world.ready(1, 'own')
      await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: true } })
      const result = await why()
      expect(Object.keys(blockers(result))).toEqual(['do-not-evict', 'naked', 'empty-dir'])
      expect(result.answer.items[0]?.state).toMatchObject({ isCordoned: true, isReady: true })
      expect(result.answer.items[0]?.state).not.toHaveProperty('mark')
      const { stdout } = await world.run(['why', 'node-1'])
      expect(stdout).toContain('cordoned, not by osferry')
      expect(stdout).toContain('--recreate-naked')
    })

    it('says what it may not look at, and never that nothing blocks', async () => {
      const user = `reader-${release}`
      const rules = [
        { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['get', 'list'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
        { apiGroups: ['storage.k8s.io'], resources: ['volumeattachments'], verbs: ['list'] },
      ]
      const rbac = '/apis/rbac.authorization.k8s.io/v1'
      await world.create(`${rbac}/clusterroles`, { metadata: { name: user }, rules })
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user }
      const subjects = [{ kind: 'User', name: user }]
      await world.create(`${rbac}/clusterrolebindings`, { metadata: { name: user }, roleRef, subjects })
      const run = (name: string) => {
        const env = { KUBECONFIG: world.controlPlane.kubeconfigFor({ user: name }), HOME: world.cwd }
        return world.run(['why', 'node-1'], { env })
      }
      await vi.waitUntil(async () => (await run(user)).exitCode === 3, soon)
      const { stdout } = await run(user)
      expect(stdout).toContain('? poddisruptionbudgets: ')
      expect(stdout).toContain('nothing was found, but not everything could be looked at')
      expect(stdout).not.toContain('nothing blocks it')
      const nobody = await run('nobody')
      expect([nobody.exitCode, nobody.stderr]).toEqual([77, expect.stringContaining('CLUSTER_FORBIDDEN')])
    })

    it('says that there is no such node', async () => {
      const { exitCode, stderr } = await world.run(['why', 'node-1', 'node-x'])
      expect([exitCode, stderr]).toEqual([65, expect.stringContaining('has no node node-x')])
    })
  },
)
