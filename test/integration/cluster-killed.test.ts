import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ClusterRunPorts } from '../../src/cli/run-ports-cluster.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { defineStep, type AnyStep } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import { cordonStep } from '../../src/steps/step-cordon.ts'
import { drainStep } from '../../src/steps/step-drain.ts'
import { restoreMetadataStep } from '../../src/steps/step-restore-metadata.ts'
import { snapshotStep } from '../../src/steps/step-snapshot.ts'
import { uncordonStep } from '../../src/steps/step-uncordon.ts'
import { verifyWorkloadsStep } from '../../src/steps/step-verify-workloads.ts'
import { waitDetachStep } from '../../src/steps/step-wait-detach.ts'
import { waitReadyStep } from '../../src/steps/step-wait-ready.ts'
import { z } from 'zod'
import { mergePatch } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import {
  budget,
  isReady,
  podSpec,
  startDrainWorld,
  workload,
  type DrainWorld,
} from '../support/drain-world.ts'
import { planOf, planStep, runInProcess } from '../support/engine-run.ts'
import type { JournalDisk } from '../support/memory-journal.ts'

const anything = z.object({})
const soon = { timeout: 60_000, interval: 50 }
/** Long for a loop of whole journeys on a machine that is slow. */
const longMs = 1_800_000

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])('a journey on the %s control plane', (release) => {
  let world: DrainWorld
  let cluster: Cluster
  let renewing: NodeJS.Timeout
  let journeys = 0

  beforeAll(async () => {
    world = await startDrainWorld({ release, nodes: 3, stopMs: 50, startMs: 20 })
    cluster = clusterFor(world.controlPlane)
    await world.namespace('shop')
    await world.create(`${world.apps}/shop/deployments`, workload('web', { replicas: 2 }))
    await world.create(`${world.budgets}/shop/poddisruptionbudgets`, budget('web', { minAvailable: 1 }))
    await world.ready(2, 'shop')
    // A kubelet renews every ten seconds, which is long for a test.
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1'
    renewing = setInterval(() => {
      const body = { spec: { renewTime: `${new Date().toISOString().slice(0, -1)}000Z` } }
      world.api.request('PATCH', lease, { body, contentType: mergePatch }).catch(() => undefined)
    }, 200)
  })
  afterAll(async () => {
    clearInterval(renewing)
    await cluster.close()
    await world.clean()
    await world.stop()
  })

  const node = '/api/v1/nodes/node-1'
  const boot = async (bootID: string): Promise<void> => await world.boot('node-1', { bootID })

  /** A program that replaces the system: of the machine only its boot id is seen. */
  function replace(fails: boolean): AnyStep<ClusterRunPorts> {
    const isNew = async (): Promise<boolean> =>
      (await world.node('node-1'))['status'].nodeInfo.bootID === 'new'
    return defineStep<typeof anything, ClusterRunPorts>({
      uses: 'host.provision',
      with: anything,
      observe: async () => ((await isNew()) ? 'done' : 'todo'),
      async act() {
        if (fails) throw new StepError('config', 'no disk', { code: 'TEST' })
        await boot('new')
      },
      verify: async () => await Promise.resolve({}),
    })
  }

  /** Both replicas and a pod without a controller on the node, as if nothing had ever happened to it. */
  async function lay(): Promise<string> {
    const body = { metadata: { labels: { team: 'red' } }, spec: { taints: null, unschedulable: null } }
    await world.patch(node, body)
    await boot('old')
    for (const name of ['node-2', 'node-3'])
      await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: true } })
    const pods = `${world.core}/shop/pods`
    await world.api.request('DELETE', `${pods}?gracePeriodSeconds=0`)
    const list = async () =>
      (await world.api.request('GET', pods))['items'] as Awaited<ReturnType<DrainWorld['podsOn']>>
    journeys += 1
    const lonely = `lonely-${journeys}`
    await world.create(pods, { metadata: { name: lonely }, spec: podSpec({ nodeName: 'node-1' }) })
    await vi.waitUntil(async () => {
      const all = await list()
      return all.length === 3 && all.every((pod) => isReady(pod) && pod['spec'].nodeName === 'node-1')
    }, soon)
    for (const name of ['node-2', 'node-3'])
      await world.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: null } })
    return lonely
  }

  interface Kill {
    seq: number
    moment: 'before' | 'after'
    /** Of the record. */
    type: JournalDisk['events'][number]['body']['type']
  }

  interface Journey {
    state: string
    disk: JournalDisk
    go: (killAt?: Kill) => Promise<{ exitCode: number }>
  }

  async function journey(fails: boolean): Promise<Journey> {
    const state = mkdtempSync(join(tmpdir(), 'osferry-journey-'))
    const disk: JournalDisk = { runs: [], events: [] }
    const steps = [
      planStep('cluster.snapshot'),
      planStep('cluster.cordon', { with: { softTaint: true } }),
      planStep('cluster.drain', { with: { naked: 'recreate' } }),
      planStep('cluster.wait-detach'),
      planStep('host.provision', { with: { machine: 'as-listed' } }),
      planStep('node.wait-ready', { with: { stableFor: '1s' } }),
      planStep('cluster.restore-metadata'),
      planStep('cluster.uncordon'),
      planStep('workloads.verify'),
    ]
    const plan = planOf([(await world.node('node-1')).metadata], steps)
    const all = [
      snapshotStep,
      cordonStep,
      drainStep,
      waitDetachStep,
      replace(fails),
      waitReadyStep,
      restoreMetadataStep,
      uncordonStep,
      verifyWorkloadsStep,
    ]
    return {
      state,
      disk,
      go: async (killAt) => await runInProcess({ plan, steps: all, cluster, state, disk, killAt }),
    }
  }

  const failuresOf = ({ disk }: Journey): string[] =>
    disk.events.flatMap(({ body }) => (body.type === 'step-failed' ? [body.failure.code] : []))

  /** Evictions that the server took, by pod; pods have names of their own in every journey. */
  async function evicted(): Promise<Map<string, number>> {
    await world.audited()
    const taken = auditedRequests(world.controlPlane.auditLog, { subresource: 'eviction', status: 201 })
    return new Map([...Map.groupBy(taken, ({ name = '' }) => name)].map(([name, all]) => [name, all.length]))
  }

  async function leftOver(lonely: string): Promise<unknown> {
    // The server's own controller takes this taint off a moment after the cordon.
    const ofServer = 'node.kubernetes.io/unschedulable'
    await vi.waitUntil(async () => {
      const taints = (await world.node('node-1'))['spec'].taints as { key: string }[] | undefined
      return taints?.every(({ key }) => key !== ofServer) ?? true
    }, soon)
    const { metadata, spec } = await world.node('node-1')
    const marks = Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('osferry.io/'))
    const pod = await world.api.request('GET', `${world.core}/shop/pods/${lonely}`)
    const twice = [...(await evicted())].filter(([, count]) => count > 1)
    return {
      unschedulable: spec.unschedulable,
      taints: spec.taints,
      labels: metadata.labels?.['team'],
      marks,
      isAgain: pod.metadata.annotations?.['osferry.io/saved-from'] !== undefined,
      twice,
    }
  }

  const clean = {
    unschedulable: undefined,
    taints: undefined,
    labels: 'red',
    marks: [],
    isAgain: true,
    twice: [],
  }

  /** Each version has what the other has not; the lab has every act of the way back that is done and not recorded. */
  function killsFrom(first: number, { events }: JournalDisk): readonly Kill[] {
    return events.slice(first).flatMap(({ body: { type } }, index) => {
      const seq = first + index + 1
      if (release === 'lab') return type === 'undo-done' ? [{ seq, moment: 'before', type }] : []
      return [{ seq, moment: (seq % 2 === 0) === (release === 'oldest') ? 'before' : 'after', type }]
    })
  }

  // The way there is that of lab-killed.test.ts in the lab.
  it.each(release === 'lab' ? [true] : [false, true])(
    'ends the same when it is killed at any record, no pod evicted twice; a step fails: %s',
    async (fails) => {
      const lonely = await lay()
      const undisturbed = await journey(fails)
      const { exitCode } = await undisturbed.go()
      expect([exitCode, failuresOf(undisturbed)]).toEqual([fails ? 8 : 0, fails ? ['TEST'] : []])
      expect(await leftOver(lonely)).toEqual(clean)
      const { events } = undisturbed.disk
      rmSync(undisturbed.state, { recursive: true })
      // The way there is the same when it fails.
      const first = fails ? events.findIndex(({ body }) => body.type === 'node-returning') : 2
      const kills = killsFrom(first, undisturbed.disk)
      expect(kills.length).toBeGreaterThan(1)
      for (const kill of kills) {
        const lonely = await lay()
        const one = await journey(fails)
        const where = `${kill.moment} ${kill.seq} ${kill.type}`
        await one.go(kill)
        expect([where, await one.go()]).toEqual([where, expect.objectContaining({ exitCode })])
        expect([where, await leftOver(lonely)]).toEqual([where, clean])
        const files = readdirSync(join(one.state, 'runs', 'run-1'))
        expect([where, files]).toEqual([where, [expect.stringMatching(/^cluster-.*\.ndjson$/)]])
        rmSync(one.state, { recursive: true })
      }
    },
    longMs,
  )
})
