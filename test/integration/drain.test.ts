import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import {
  budget,
  isReady,
  isRenewal,
  podSpec,
  startDrainWorld,
  workload,
  type DrainWorld,
} from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry drain on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    /** Pods of a Deployment that start on node-1 and may go anywhere. */
    async function deployment(namespace: string, name: string, replicas: number): Promise<void> {
      await setOthersUnschedulable(true)
      await world.create(`${world.apps}/${namespace}/deployments`, workload(name, { replicas }))
      await vi.waitUntil(async () => (await readyOn('node-1', namespace, name)) === replicas, {
        timeout: 60_000,
        interval: 100,
      })
      await setOthersUnschedulable(false)
    }

    async function readyOn(node: string, namespace: string, name: string): Promise<number> {
      const pods = await world.podsOn(node)
      return pods.filter(
        (pod) =>
          pod.metadata.namespace === namespace && pod.metadata.labels?.['app'] === name && isReady(pod),
      ).length
    }

    async function setOthersUnschedulable(unschedulable: boolean): Promise<void> {
      for (const name of ['node-2', 'node-3'])
        await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: unschedulable || null } })
    }

    it('empties a node, leaves DaemonSets, and says who cordoned it', async () => {
      await world.namespace('plain')
      await world.create(`${world.apps}/plain/daemonsets`, workload('agent'))
      await deployment('plain', 'web', 10)
      const count = (): number => world.requests().filter((request) => !isRenewal(request)).length
      const before = count()
      const { exitCode, stdout, stderr } = await world.run(['drain', 'node-1', '--yes', '-o', 'json'])
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained 10/10')])
      expect(JSON.parse(stdout)).toMatchObject({
        items: [{ node: 'node-1', result: 'drained', podsGone: 10 }],
      })
      const left = (await world.podsOn('node-1')).map((pod) => pod.metadata.labels?.['app'])
      expect(left).toEqual(['agent'])
      const node = await world.node('node-1')
      expect(node['spec'].unschedulable).toBe(true)
      expect(JSON.parse(node.metadata.annotations?.['osferry.io/cordon'] ?? '')).toMatchObject({
        found: { unschedulable: false },
      })
      const asked = count() - before
      expect(asked).toBeGreaterThanOrEqual(10)
      expect(asked).toBeLessThanOrEqual(10 + 20)
    })

    it('keeps every budget, and never asks for what it does not have', async () => {
      await world.namespace('kept')
      await world.create(`${world.budgets}/kept/poddisruptionbudgets`, budget('web', { maxUnavailable: 1 }))
      await deployment('kept', 'web', 6)
      const end = new AbortController()
      let lowest = Number.POSITIVE_INFINITY
      const ready = new Set<string>()
      const watching = (async () => {
        for await (const { type, object } of world.api.watch(`${world.core}/kept/pods`, end.signal)) {
          if (type === 'DELETED' || !isReady(object)) ready.delete(object.metadata.uid)
          else ready.add(object.metadata.uid)
          if (ready.size >= 6 || lowest !== Number.POSITIVE_INFINITY) lowest = Math.min(lowest, ready.size)
        }
      })().catch(() => undefined)
      const { exitCode } = await world.run(['drain', 'node-1', '--yes'])
      end.abort()
      await watching
      expect([exitCode, lowest]).toEqual([0, 5])
      const evictions = world.requests().filter(({ subresource }) => subresource === 'eviction')
      expect(evictions.filter(({ status }) => status === 429)).toEqual([])
    })

    it('refuses naked pods and emptyDir before any write, naming each', async () => {
      await world.namespace('refused')
      await world.create(`${world.core}/refused/pods`, {
        metadata: { name: 'naked' },
        spec: podSpec({ nodeName: 'node-1', volumes: [{ name: 'scratch', emptyDir: {} }] }),
      })
      await world.ready(1, 'refused')
      const before = world.writes().length
      const { exitCode, stdout } = await world.run(['drain', 'node-1', '--yes'])
      expect(exitCode).toBe(2)
      expect(stdout).toContain('refused/naked')
      expect(stdout).toContain('no controller creates it again')
      expect(stdout).toContain('emptyDir data would be lost (scratch)')
      expect(world.writes().length).toBe(before)
    })

    it('does what the rules say, and with --dry-run nothing', async () => {
      await world.namespace('ruled')
      for (const name of ['kept', 'saved']) {
        await world.create(`${world.core}/ruled/pods`, {
          metadata: { name },
          spec: podSpec({ nodeName: 'node-1' }),
        })
      }
      await world.ready(2, 'ruled')
      const match = { namespaces: ['ru*'], pods: ['kept'] }
      const rules = [
        { name: 'stay', match, behavior: 'Skip' },
        { name: 'rest', match: { namespaces: ['ruled'] }, behavior: 'Save' },
      ]
      const file = `${world.cwd}/rules.yaml`
      writeFileSync(file, JSON.stringify({ schema: 'drain-rules/v1', rules }))
      const before = world.writes().length
      const dry = await world.run(['drain', 'node-1', '--rules', file, '--dry-run', 'server', '-o', 'json'])
      const [planned] = (JSON.parse(dry.stdout) as { items: { pods: { name: string }[] }[] }).items
      expect([dry.exitCode, planned?.pods]).toEqual([
        0,
        [
          expect.objectContaining({ name: 'kept', action: 'none', rule: 'stay' }),
          expect.objectContaining({ name: 'saved', action: 'evict', save: true }),
        ],
      ])
      const asked = world.writes().slice(before)
      expect(asked.every(({ uri }) => uri.includes('dryRun=All'))).toBe(true)
      expect(await world.podsOn('node-1')).toHaveLength(2)
      const { exitCode } = await world.run(['drain', 'node-1', '--rules', file, '--yes'])
      expect(exitCode).toBe(0)
      expect((await world.podsOn('node-1')).map(({ metadata }) => metadata.name)).toEqual(['kept'])
      expect(globSync(`${world.cwd}/.osferry/manifests/*/ruled.saved.json`)).toHaveLength(1)
    })

    it('keeps the manifest of a naked pod before it goes', async () => {
      await world.namespace('naked')
      await world.create(`${world.core}/naked/pods`, {
        metadata: { name: 'alone' },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.ready(1, 'naked')
      const { exitCode } = await world.run(['drain', 'node-1', '--yes', '--recreate-naked'])
      expect(exitCode).toBe(0)
      const [file] = globSync(`${world.cwd}/.osferry/manifests/*/naked.alone.json`)
      const manifest = JSON.parse(readFileSync(file ?? '', 'utf8')) as object
      await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: null } })
      await world.create(`${world.core}/naked/pods`, manifest)
      await world.ready(1, 'naked')
    })

    it('leaves a node cordoned that somebody else has cordoned', async () => {
      await world.namespace('foreign')
      await world.create(`${world.core}/foreign/pods`, {
        metadata: { name: 'stuck', finalizers: ['example.com/hold'] },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.ready(1, 'foreign')
      await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: true } })
      const args = ['drain', 'node-1', '--yes', '--force-naked', '--timeout', '4s']
      const { exitCode, stdout } = await world.run(args)
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining('example.com/hold')])
      const node = await world.node('node-1')
      expect(node['spec'].unschedulable).toBe(true)
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
    })

    it('gives the node back as it was found when the time is over, and on Ctrl-C', async () => {
      await world.namespace('back')
      const isFound = async (): Promise<void> => {
        const node = await world.node('node-1')
        expect(node['spec'].unschedulable).toBeUndefined()
        expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
      }
      await world.create(`${world.core}/back/pods`, {
        metadata: { name: 'stuck', finalizers: ['example.com/hold'] },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.ready(1, 'back')
      const args = ['drain', 'node-1', '--yes', '--force-naked']
      const late = await world.run([...args, '--timeout', '4s'])
      expect([late.exitCode, late.stdout]).toEqual([8, expect.stringContaining('as it was found')])
      await isFound()
      const stopped = await world.run(args, {
        started: whenHeard('evicting', (child) => void child.kill('SIGINT')),
      })
      expect([stopped.exitCode, stopped.stdout]).toEqual([6, expect.stringContaining('as it was found')])
      await isFound()
    })
  },
)
