import type { ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clusterAccess } from '../../src/model/cluster-access.ts'
import type { ApiObject } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const names = ['node-1', 'node-2', 'node-3']
const label = 'node.kubernetes.io/exclude-from-external-load-balancers'
const marks = { 'osferry.io/soft-taint': null, 'osferry.io/load-balancer': null }
const foreign = { key: 'example.com/slow', value: 'yes', effect: 'PreferNoSchedule' }
const ours = { key: 'osferry.io/to-be-replaced', effect: 'PreferNoSchedule' }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'marks of osferry drain on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, stopMs: Number.POSITIVE_INFINITY })
    })
    afterEach(async () => {
      await world.clean()
      for (const name of names) {
        await world.patch(`/api/v1/nodes/${name}`, {
          metadata: { annotations: marks, labels: { [label]: null, role: null } },
          spec: { taints: null },
        })
      }
    })
    afterAll(async () => await world.stop())

    async function naked(
      namespace: string,
      more: { grace?: number; finalizers?: string[] } = {},
    ): Promise<void> {
      await world.namespace(namespace)
      const { grace = 4, finalizers = [] } = more
      const spec = podSpec({ nodeName: 'node-1', terminationGracePeriodSeconds: grace })
      await world.create(`${world.core}/${namespace}/pods`, { metadata: { name: 'alone', finalizers }, spec })
      await world.ready(1, namespace)
    }

    const taintsOf = async (name: string): Promise<unknown[]> =>
      ((await world.node(name))['spec'].taints ?? []) as unknown[]
    const annotationsOf = async (name: string): Promise<Record<string, string>> =>
      (await world.node(name)).metadata.annotations ?? {}
    const run = ['drain', '--yes', '--force-naked']

    /** Looks once osferry says that it evicts. */
    function whileEvicting<T>(look: () => Promise<T>): {
      started: (child: ChildProcess) => void
      seen: Promise<T>
    } {
      const seen = Promise.withResolvers<T>()
      return { seen: seen.promise, started: whenHeard('evicting', () => seen.resolve(look())) }
    }

    it('taints the nodes that wait, keeps the taints of others, and takes its own away', async () => {
      await naked('soft')
      await world.patch('/api/v1/nodes/node-2', { spec: { taints: [foreign] } })
      await world.patch('/api/v1/nodes/node-3', { spec: { taints: [ours] } })
      const look = async (): Promise<unknown[]> => await Promise.all(names.map(taintsOf))
      const { started, seen } = whileEvicting(look)
      const { exitCode } = await world.run([...run, ...names], { started })
      const [first, second, third] = await seen
      expect([exitCode, second]).toEqual([0, expect.arrayContaining([foreign, ours])])
      expect([first, third]).toEqual([expect.not.arrayContaining([ours]), [ours]])
      const cordon = expect.objectContaining({ key: 'node.kubernetes.io/unschedulable' }) as unknown
      expect(await taintsOf('node-1')).toEqual([cordon])
      expect(await taintsOf('node-2')).toEqual([foreign, cordon])
      // Without the annotation the taint is somebody else's.
      expect(await taintsOf('node-3')).toEqual([ours, cordon])
      expect(await annotationsOf('node-2')).not.toHaveProperty(['osferry.io/soft-taint'])
    })

    it('takes the soft taint off nodes that it never came to, and puts none where that was chosen', async () => {
      await naked('stuck', { finalizers: ['example.com/hold'] })
      const patches = (): number =>
        world
          .writes()
          .filter(
            ({ verb, uri, status }) => verb === 'patch' && uri.includes('/nodes/node-2') && status === 200,
          ).length
      const before = patches()
      const late = await world.run([...run, 'node-1', 'node-2', '--timeout', '3s'])
      expect([late.exitCode, late.stdout]).toEqual([8, expect.stringMatching(/node-2 +· not begun/)])
      expect([await taintsOf('node-2'), await annotationsOf('node-2')]).toEqual([
        [],
        expect.not.objectContaining({ 'osferry.io/soft-taint': expect.anything() as unknown }),
      ])
      // There and back.
      expect(patches()).toBe(before + 2)
      await world.run([...run, 'node-1', 'node-2', '--timeout', '3s', '--no-soft-taint'])
      expect(patches()).toBe(before + 2)
    })

    it('takes over the soft taint of a run that ended before its time', async () => {
      await naked('again', { grace: 1 })
      const annotations = { 'osferry.io/soft-taint': JSON.stringify({ run: 'gone' }) }
      await world.patch('/api/v1/nodes/node-2', { metadata: { annotations }, spec: { taints: [ours] } })
      const { exitCode } = await world.run([...run, 'node-1', 'node-2'])
      expect([exitCode, await taintsOf('node-2')]).toEqual([0, [expect.not.objectContaining(ours)]])
    })

    it('takes a node out of load balancers before the first eviction, and gives it back on undo', async () => {
      await naked('balanced', { grace: 1, finalizers: ['example.com/hold'] })
      const args = [...run, 'node-1', '--exclude-from-load-balancers', '--settle', '1s']
      const before = world.writes().length
      const late = await world.run([...args, '--timeout', '6s'])
      expect([late.exitCode, late.stderr]).toEqual([
        8,
        expect.stringContaining('waiting for load balancers 0/1'),
      ])
      expect((await world.node('node-1')).metadata.labels).not.toHaveProperty([label])
      expect(await annotationsOf('node-1')).not.toHaveProperty(['osferry.io/load-balancer'])
      const order = world
        .writes()
        .slice(before)
        .filter(({ resource, status }) => ['nodes', 'pods'].includes(resource ?? '') && status < 300)
        .map(({ resource, verb }) => `${verb} ${resource}`)
      const node = 'patch nodes'
      expect(order).toEqual([node, node, 'create pods', node, node])
      const body = { metadata: { finalizers: null } }
      await world.patch(`${world.core}/balanced/pods/alone`, body)
      expect((await world.run(args)).exitCode).toBe(0)
      const drained = await world.node('node-1')
      expect(drained.metadata.labels).toHaveProperty([label], 'true')
      expect(JSON.parse(drained.metadata.annotations?.['osferry.io/load-balancer'] ?? '')).toMatchObject({
        holder: expect.stringContaining('@') as unknown,
      })
    })

    it('leaves the label of load balancers alone where somebody else has put it', async () => {
      await naked('theirs', { grace: 1, finalizers: ['example.com/hold'] })
      await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { [label]: '' } } })
      const args = [...run, 'node-1', '--exclude-from-load-balancers', '--settle', '1s', '--timeout', '4s']
      expect((await world.run(args)).exitCode).toBe(8)
      expect((await world.node('node-1')).metadata.labels).toHaveProperty([label], '')
      expect(await annotationsOf('node-1')).not.toHaveProperty(['osferry.io/load-balancer'])
    })

    it('chooses nodes by labels', async () => {
      for (const name of ['node-1', 'node-3'])
        await world.patch(`/api/v1/nodes/${name}`, { metadata: { labels: { role: 'worker' } } })
      const dry = ['drain', '--dry-run', 'client', '-o', 'json']
      const chosen = await world.run([
        ...dry,
        '-l',
        'role=worker',
        '-l',
        'kubernetes.io/hostname notin (node-9)',
      ])
      const { items } = JSON.parse(chosen.stdout) as { items: { node: string }[] }
      expect([chosen.exitCode, items.map(({ node }) => node)]).toEqual([0, ['node-1', 'node-3']])
      const codes = [['-l', 'role=none'], ['-l', 'role in worker'], ['-l', 'role=worker', 'node-1'], []]
      const answers = await Promise.all(
        codes.map(async (more) => (await world.run([...dry, ...more])).stderr),
      )
      expect(answers).toEqual([
        expect.stringContaining('has the labels role in (none)'),
        expect.stringContaining('the label selector "role in worker" has no valid key'),
        expect.stringContaining('exclude each other'),
        expect.stringContaining('no node is named'),
      ])
      const asked = await world.run(['drain', '-l', 'role=worker'], {
        env: { KUBECONFIG: world.kubeconfig, HOME: world.cwd },
      })
      expect(asked.stderr).toMatch(/node-1[^]*node-3[^]*Drain node-1, node-3 of/)
    })

    it('tells events on the node, and drains all the same where it may not', async () => {
      const events = async (): Promise<ApiObject[]> =>
        (
          (await world.api.request('GET', '/apis/events.k8s.io/v1/namespaces/kube-system/events'))[
            'items'
          ] as ApiObject[]
        ).filter(
          (event) =>
            (event as unknown as { reportingController?: string }).reportingController ===
            'osferry.io/osferry',
        )
      const known = new Set((await events()).map(({ metadata }) => metadata.uid))
      const fresh = async (): Promise<string[]> =>
        (await events())
          .filter(({ metadata }) => !known.has(metadata.uid))
          .map((event) => `${event['reason'] as unknown as string} ${event['regarding'].name as string}`)
          .sort()
      await naked('told', { grace: 1, finalizers: ['example.com/hold'] })
      await world.run([...run, 'node-1', '--timeout', '3s'])
      expect(await fresh()).toEqual(['OsferryDrainStarted node-1', 'OsferryGivenBack node-1'])
      await world.patch(`${world.core}/told/pods/alone`, { metadata: { finalizers: null } })

      const rules = clusterAccess
        .filter(({ tasks, optional }) => tasks.includes('drain') && optional !== true)
        .map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs }))
      const rbac = '/apis/rbac.authorization.k8s.io/v1'
      await world.create(`${rbac}/clusterroles`, { metadata: { name: 'mute' }, rules })
      await world.create(`${rbac}/clusterrolebindings`, {
        metadata: { name: 'mute' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'mute' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mute' }],
      })
      const kubeconfig = world.controlPlane.kubeconfigFor({ user: 'mute', groups: [] })
      const env = { KUBECONFIG: kubeconfig, HOME: world.cwd }
      const before = (await fresh()).length
      const muted = await world.run([...run, 'node-2'], { env })
      expect([muted.exitCode, muted.stderr, (await fresh()).length]).toEqual([
        0,
        expect.not.stringContaining('events'),
        before,
      ])
      // Deleting pods is a right of its own, and asked for before anything is written.
      const late = await world.run([...run, 'node-2', '--timeout', '30s', '--escalate', 'delete'], { env })
      expect([late.exitCode, late.stderr]).toEqual([77, expect.stringContaining('delete pods')])
    })
  },
)
