import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import {
  budget,
  isReady,
  podSpec,
  startDrainWorld,
  workload,
  type DrainWorld,
} from '../support/drain-world.ts'

const soon = { timeout: 90_000, interval: 200 }

interface Outcome {
  result: string
  escalations: { pod: string; step: string; reason: string; names: string[]; graceSeconds: number | null }[]
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry drain past budgets on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      // Pods use all of their grace.
      world = await startDrainWorld({ release, stopMs: Number.POSITIVE_INFINITY })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    /** Two replicas that may be on node-1 only, and a budget. */
    async function pinned(namespace: string, rule: object): Promise<void> {
      await world.namespace(namespace)
      const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }
      await world.create(`${world.budgets}/${namespace}/poddisruptionbudgets`, budget('web', rule))
      await world.create(`${world.apps}/${namespace}/deployments`, workload('web', { replicas: 2, spec }))
      await world.ready(2, namespace)
      await vi.waitUntil(async () => {
        const path = `${world.budgets}/${namespace}/poddisruptionbudgets/web`
        const { status } = (await world.api.request('GET', path)) as unknown as {
          status: { expectedPods: number }
        }
        return status.expectedPods === 2
      }, soon)
    }

    async function naked(namespace: string, grace: number): Promise<void> {
      await world.namespace(namespace)
      const spec = podSpec({ nodeName: 'node-1', terminationGracePeriodSeconds: grace })
      await world.create(`${world.core}/${namespace}/pods`, { metadata: { name: 'slow' }, spec })
      await world.ready(1, namespace)
    }

    const outcomeOf = (stdout: string): Outcome | undefined =>
      (JSON.parse(stdout) as { items: Outcome[] }).items[0]
    const podWrites = (namespace: string): string[] =>
      world
        .writes()
        .filter(({ uri }) => uri.includes(`/namespaces/${namespace}/pods/`))
        .map(({ verb, subresource }) => (subresource === undefined ? verb : `${verb} ${subresource}`))

    it('deletes by a Delete rule, past a budget that never opens, when the rule is named', async () => {
      await pinned('ruled', { maxUnavailable: 0 })
      const rules = [{ name: 'old shop', match: { namespaces: ['ruled'] }, behavior: 'Delete' }]
      const file = `${world.cwd}/delete.yaml`
      writeFileSync(file, JSON.stringify({ schema: 'drain-rules/v1', rules }))
      const args = ['drain', 'node-1', '--yes', '--rules', file]
      const unnamed = await world.run(args)
      expect([unnamed.exitCode, unnamed.stdout]).toEqual([
        2,
        expect.stringContaining('(old shop, ruled/web)'),
      ])
      expect(unnamed.stdout.match(/ruled\/web-/g)).toHaveLength(2)
      expect(podWrites('ruled')).toEqual([])
      const misspelled = await world.run([...args, '--delete-by-rule', 'old'])
      expect([misspelled.exitCode, misspelled.stderr]).toEqual([
        64,
        expect.stringContaining('there are old shop'),
      ])
      const { exitCode, stdout, stderr } = await world.run([
        ...args,
        '--delete-by-rule',
        'old shop',
        '-o',
        'json',
      ])
      expect([exitCode, outcomeOf(stdout)?.result]).toEqual([0, 'drained'])
      expect(outcomeOf(stdout)?.escalations).toEqual(
        Array.from({ length: 2 }, () =>
          expect.objectContaining({ step: 'delete', reason: 'rule', names: ['old shop', 'ruled/web'] }),
        ),
      )
      expect(stderr).toContain('deleted, past its budgets; as a rule says: old shop, ruled/web')
      expect(podWrites('ruled')).toEqual(['delete', 'delete'])
    })

    it('refuses a budget that never opens, and does not say that it would delete past it', async () => {
      await pinned('never', { maxUnavailable: 0 })
      const args = ['drain', 'node-1', '--yes', '--timeout', '60s', '--escalate', 'delete']
      const { exitCode, stdout } = await world.run(args)
      expect([exitCode, stdout]).toEqual([2, expect.stringMatching(/✖ .*its budget never lets a pod go/)])
      expect(stdout).not.toContain('will be deleted')
      expect(podWrites('never')).toEqual([])
    })

    it('leaves a pod that its budget holds back, and deletes it near the end of the time when that was chosen', async () => {
      await pinned('held', { minAvailable: 1 })
      const args = ['drain', 'node-1', '--yes', '-o', 'json', '--timeout']
      const none = await world.run([...args, '6s'])
      expect([none.exitCode, outcomeOf(none.stdout)]).toEqual([
        8,
        expect.objectContaining({ result: 'restored', escalations: [] }),
      ])
      await world.ready(2, 'held')
      expect(podWrites('held')).toEqual(['create eviction'])
      const { exitCode, stdout, stderr } = await world.run([...args, '25s', '--escalate', 'delete'])
      expect([exitCode, outcomeOf(stdout)?.escalations]).toEqual([
        0,
        [expect.objectContaining({ step: 'delete', reason: 'budget', names: ['held/web'] })],
      ])
      expect(stderr).toContain('a budget held it back to the last moment: held/web')
      expect(podWrites('held')).toEqual(['create eviction', 'create eviction', 'delete'])
      const evictions = world.requests().filter(({ subresource }) => subresource === 'eviction')
      expect(evictions.filter(({ status }) => status === 429)).toEqual([])
    })

    it('gives pods the grace that is left, and cuts that of a pod that does not end when force was chosen', async () => {
      await naked('slow', 300)
      const args = [
        'drain',
        'node-1',
        '--yes',
        '--force-naked',
        '-o',
        'json',
        '--timeout',
        '20s',
        '--escalate',
      ]
      const clamped = await world.run([...args, 'delete'])
      expect([clamped.exitCode, outcomeOf(clamped.stdout)]).toEqual([
        0,
        expect.objectContaining({ result: 'drained', escalations: [] }),
      ])
      await world.clean()
      await naked('slower', 300)
      await world.api.request('DELETE', `${world.core}/slower/pods/slow`)
      const patient = await world.run([...args, 'delete'])
      expect([patient.exitCode, outcomeOf(patient.stdout)?.escalations]).toEqual([8, []])
      const { exitCode, stdout } = await world.run([...args, 'force'])
      expect([exitCode, outcomeOf(stdout)?.escalations]).toEqual([
        0,
        [
          expect.objectContaining({
            pod: 'slower/slow',
            step: 'cut-grace',
            graceSeconds: 1,
            reason: 'not-ending',
          }),
        ],
      ])
    })

    it('refuses choices that mean nothing', async () => {
      const refused = async (...more: string[]): Promise<string> => {
        const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', ...more])
        expect(exitCode).toBe(64)
        return stderr
      }
      expect(await refused('--escalate', 'delete')).toContain('--escalate needs --timeout')
      expect(await refused('--force-pod', 'a/b')).toContain('without --escalate force')
      const force = ['--timeout', '30s', '--escalate', 'force', '--force-pod']
      expect(await refused(...force, 'b')).toContain('is no namespace/name')
      expect(await refused(...force, 'a/b')).toContain('no such pod on these nodes: a/b')
    })

    it('forces pods off a node that is not heard of, those that could run twice only when they are named', async () => {
      await world.namespace('dead')
      const spec = { nodeSelector: { 'kubernetes.io/hostname': 'node-3' } }
      const set = workload('db', { replicas: 1, spec }) as { spec: object }
      await world.create(`${world.apps}/dead/statefulsets`, {
        ...set,
        spec: { ...set.spec, serviceName: 'db' },
      })
      await world.create(`${world.apps}/dead/deployments`, workload('web', { replicas: 1, spec }))
      await world.ready(2, 'dead')
      world.stopNode('node-3')
      await vi.waitUntil(async () => {
        const conditions = (await world.node('node-3'))['status'].conditions as {
          type: string
          status: string
        }[]
        return conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown')
      }, soon)
      const args = ['drain', 'node-3', '--yes', '--timeout', '25s', '--escalate', 'force']
      const before = world.writes().length
      const refused = await world.run(args)
      expect([refused.exitCode, refused.stdout]).toEqual([
        2,
        expect.stringMatching(/dead\/db-0 .*two copies/),
      ])
      expect(refused.stdout).not.toMatch(/dead\/web-.*two copies/)
      expect(world.writes().length).toBe(before)
      const { exitCode, stdout } = await world.run([...args, '--force-pod', 'dead/db-0', '-o', 'json'])
      const steps = (outcomeOf(stdout)?.escalations ?? []).map(
        ({ pod, step }) => `${step} ${pod.slice(0, 8)}`,
      )
      expect([exitCode, steps.sort()]).toEqual([0, ['force dead/db-', 'force dead/web']])
      expect((await world.podsOn('node-3')).filter(isReady)).toEqual([])
    })
  },
)
