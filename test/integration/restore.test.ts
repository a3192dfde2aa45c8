import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { NodeRecord } from '../../src/model/node-record.ts'
import type { ApiObject } from '../support/control-plane/api.ts'
import { nodeObject } from '../support/control-plane/fake-node.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { isReady, podSpec, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 60_000, interval: 100 }
const drainArgs = ['drain', 'node-1', '--yes', '--recreate-naked']

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry restore on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => {
      rmSync(`${world.cwd}/.osferry`, { recursive: true, force: true })
      await world.clean()
      const metadata = { labels: { team: null, rack: null }, annotations: { 'example.com/owner': null } }
      await world.patch('/api/v1/nodes/node-1', { metadata, spec: { taints: null } })
    })
    afterAll(async () => await world.stop())

    const recordPath = (): string => {
      const [path = ''] = globSync(`${world.cwd}/.osferry/nodes/*/node-1.json`)
      return path
    }
    const record = (): NodeRecord => JSON.parse(readFileSync(recordPath(), 'utf8')) as NodeRecord
    const restore = (...more: string[]): ReturnType<DrainWorld['run']> =>
      world.run(['restore', 'node-1', '--yes', '--timeout', '60s', '-o', 'json', ...more])

    /** What people write on a node. */
    async function dress(): Promise<void> {
      await world.patch('/api/v1/nodes/node-1', {
        metadata: {
          labels: { team: 'ferry', rack: 'r7' },
          annotations: { 'example.com/owner': 'ops', 'flannel.alpha.coreos.com/public-ip': '10.9.9.9' },
        },
        spec: { taints: [{ key: 'dedicated', value: 'ferry', effect: 'PreferNoSchedule' }] },
      })
    }

    async function nakedPod(namespace: string, more: object = {}): Promise<void> {
      await world.namespace(namespace)
      const body = { metadata: { name: 'alone' }, spec: podSpec({ nodeName: 'node-1', ...more }) }
      // 1.20 refuses it until the account has its token.
      await vi.waitUntil(
        async () =>
          await world.create(`${world.core}/${namespace}/pods`, body).then(
            () => true,
            () => false,
          ),
        soon,
      )
      await world.ready(1, namespace)
    }

    const pod = (namespace: string): Promise<ApiObject> =>
      world.api.request('GET', `${world.core}/${namespace}/pods/alone`)

    /** As when a machine was installed again and its kubelet has registered anew. */
    async function replaceNode(labels: Record<string, string> = {}): Promise<void> {
      // The lease of its kubelet, which goes on, must outlive the object.
      const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1'
      await world.patch(lease, { metadata: { ownerReferences: null } })
      await world.api.request('DELETE', '/api/v1/nodes/node-1')
      const details = { address: '10.20.0.1', version: world.controlPlane.version }
      const nodeInfo = { machineID: 'new', bootID: 'new', osImage: 'Anolis OS 8' }
      await world.create('/api/v1/nodes', nodeObject({ name: 'node-1', labels, nodeInfo }, details))
    }

    it('records the node before the first write, and gives back what the new one has lost', async () => {
      await dress()
      await nakedPod('renewed', { automountServiceAccountToken: true })
      await world.create(`${world.apps}/renewed/daemonsets`, workload('agent'))
      await world.ready(4, 'renewed')
      const old = await pod('renewed')
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      expect(statSync(recordPath()).mode & 0o777).toBe(0o600)
      const { uid } = (await world.api.request('GET', '/api/v1/namespaces/kube-system')).metadata
      expect(recordPath()).toBe(`${world.cwd}/.osferry/nodes/${uid}/node-1.json`)
      expect(record()).toMatchObject({
        schema: 'node-record/v1',
        unschedulable: false,
        restoredAt: null,
        node: { labels: { team: 'ferry' }, machineId: 'node-1', osImage: 'CentOS Linux 8' },
        pods: [{ namespace: 'renewed', name: 'alone', uid: old.metadata.uid }],
      })
      expect(record().node.annotations).not.toHaveProperty(['osferry.io/cordon'])
      // Somebody takes the node back by hand: what a restore would create again is told with its age.
      await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: null } })
      expect((await restore('--dry-run', 'client')).stderr).toMatch(
        /was uncordoned by hand since.*renewed\/alone \(\d+(s|m\d\ds)\)/,
      )
      await replaceNode()
      const before = world.writes().length
      const dry = await restore('--dry-run', 'client')
      expect([dry.exitCode, world.writes().length]).toEqual([0, before])
      const { exitCode, stdout } = await restore()
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([
        0,
        { items: [{ result: 'restored', cordon: 'not-cordoned', pods: [{ result: 'created' }] }] },
      ])
      const node = await world.node('node-1')
      expect(node.metadata.labels).toMatchObject({ team: 'ferry', rack: 'r7' })
      expect(node.metadata.annotations).toMatchObject({ 'example.com/owner': 'ops' })
      expect(node.metadata.annotations).not.toHaveProperty(['flannel.alpha.coreos.com/public-ip'])
      expect(node['spec'].taints).toContainEqual({
        key: 'dedicated',
        value: 'ferry',
        effect: 'PreferNoSchedule',
      })
      const created = await pod('renewed')
      expect(created.metadata.annotations).toMatchObject({ 'osferry.io/saved-from': old.metadata.uid })
      // The token is injected once, and by this server.
      const mounts = created['spec'].containers[0].volumeMounts as { mountPath: string }[]
      expect(mounts.map(({ mountPath }) => mountPath)).toEqual([
        '/var/run/secrets/kubernetes.io/serviceaccount',
      ])
      expect(record().restoredAt).not.toBeNull()
      // Done once, it is not done again: what people take away afterwards stays away.
      await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { team: null } } })
      expect((await restore()).exitCode).toBe(0)
      expect((await world.node('node-1')).metadata.labels).not.toHaveProperty(['team'])
    })

    it('uncordons the node that it has cordoned, and leaves what somebody has changed since', async () => {
      await dress()
      const terms = [{ matchExpressions: [{ key: 'rack', operator: 'In', values: ['r7'] }] }]
      await world.create('/api/v1/persistentvolumes', {
        metadata: { name: 'disk' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          local: { path: '/srv/disk' },
          nodeAffinity: { required: { nodeSelectorTerms: terms } },
        },
      })
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      // Drained again, it is not recorded as cordoned.
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      expect([record().unschedulable, record().runs.length]).toEqual([false, 2])
      await world.patch('/api/v1/nodes/node-1', { metadata: { labels: { team: null, rack: 'r8' } } })
      const { exitCode, stdout } = await restore()
      await world.api.request('DELETE', '/api/v1/persistentvolumes/disk')
      const node = await world.node('node-1')
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([
        2,
        {
          items: [
            {
              cordon: 'uncordoned',
              lostVolumes: ['disk'],
              merge: {
                labels: {},
                conflicts: [
                  { kind: 'label', key: 'rack', why: 'changed', was: 'r7', is: 'r8' },
                  { kind: 'label', key: 'team', why: 'removed' },
                ],
              },
            },
          ],
        },
      ])
      expect(node.metadata.labels).toMatchObject({ rack: 'r8' })
      expect(node.metadata.labels).not.toHaveProperty(['team'])
      expect(node['spec'].unschedulable).toBeUndefined()
      expect(node.metadata.annotations).not.toHaveProperty(['osferry.io/cordon'])
    })

    it('leaves a cordon of somebody else, also on the node that came in its place', async () => {
      await world.patch('/api/v1/nodes/node-1', { spec: { unschedulable: true } })
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      expect(record().unschedulable).toBe(true)
      const same = await restore()
      expect([same.exitCode, JSON.parse(same.stdout)]).toMatchObject([0, { items: [{ cordon: 'kept' }] }])
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      await replaceNode()
      const other = await restore()
      const { items } = JSON.parse(other.stdout) as { items: object[] }
      expect([other.exitCode, items]).toMatchObject([0, [{ cordon: 'cordoned-again' }]])
      expect((await world.node('node-1'))['spec'].unschedulable).toBe(true)
    })

    it('says what it waits for, leaves the cordon when the time is over, and goes on later', async () => {
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      await world.setReady('node-1', false)
      const args = ['restore', 'node-1', '--yes', '--timeout', '3s']
      const late = await world.run(args)
      expect([late.exitCode, late.stderr]).toEqual([
        6,
        expect.stringContaining('waits until the node is Ready'),
      ])
      expect(late.stderr).toContain('osferry restore node-1')
      expect((await world.node('node-1'))['spec'].unschedulable).toBe(true)
      // Nothing was written while it waited, and the next one is not kept out.
      const stopped = await world.run(['restore', 'node-1', '--yes'], {
        started: whenHeard('waits until', (child) => void child.kill('SIGINT')),
      })
      expect(stopped.exitCode).toBe(130)
      await world.setReady('node-1', true)
      const kept = await restore('--no-uncordon')
      expect([kept.exitCode, (await world.node('node-1'))['spec'].unschedulable]).toEqual([0, true])
      expect((await restore()).exitCode).toBe(0)
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
    })

    it('refuses the record of another cluster, and one that is missing or broken, before any write', async () => {
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      const { cluster } = record()
      const other = `${world.cwd}/other.json`
      writeFileSync(other, JSON.stringify({ ...record(), cluster: { ...cluster, uid: 'another' } }))
      const broken = `${world.cwd}/broken.json`
      writeFileSync(broken, JSON.stringify({ ...record(), runs: [] }))
      const before = world.writes().length
      const ends = await Promise.all([
        world.run(['restore', 'node-1', '--yes', '--record', other]),
        world.run(['restore', 'node-1', '--yes', '--record', broken]),
        world.run(['restore', 'node-2', '--yes', '--record', recordPath()]),
        world.run(['restore', 'node-3', '--yes']),
      ])
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([65, 65, 64, 65])
      expect(ends[0]?.stderr).toContain('RECORD_OTHER_CLUSTER')
      expect(ends[1]?.stderr).toContain('runs')
      expect(ends[3]?.stderr).toContain('there is no record of node-3')
      expect(world.writes().length).toBe(before)
    })

    const killed = JSON.stringify({ run: 'killed', holder: 'me', at: '', found: { unschedulable: false } })
    const soft = { key: 'osferry.io/to-be-replaced', effect: 'PreferNoSchedule' }

    it('leaves a node alone that a run of another project has cordoned', async () => {
      const annotation = JSON.stringify({
        ...JSON.parse(killed),
        run: '20261101-010101-abcdef',
        holder: 'ann@there',
      })
      await world.patch('/api/v1/nodes/node-2', {
        metadata: { annotations: { 'osferry.io/cordon': annotation } },
        spec: { unschedulable: true },
      })
      const before = world.writes().length
      const ends = await Promise.all([
        world.run(['restore', 'node-2', '--yes']),
        world.run(['restore', 'node-2', '--dry-run', 'client']),
      ])
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([65, 65])
      expect(ends[0]?.stderr).toContain('the run 20261101-010101-abcdef of ann@there has cordoned node-2')
      expect(ends[0]?.stderr).toContain('NODE_OF_OTHER_RUN')
      expect(world.writes().length).toBe(before)
      expect((await world.node('node-2'))['spec'].unschedulable).toBe(true)
    })

    it('looks whether anybody is at work on the node, as a drain does', async () => {
      const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
      const name = 'osferry-node-node-2'
      const mark = {
        schema: 'program-mark/v1',
        host: 'node-2.example.com',
        run: '20261101-010101-abcdef',
        holder: 'ann@there',
        verb: 'act',
        program: '/opt/team/reinstall',
        since: '2026-11-01T01:01:01.000Z',
        machine: 'there',
        process: null,
      }
      await world.create(leases, {
        metadata: { name, annotations: { 'osferry.io/program': JSON.stringify(mark) } },
        spec: {
          holderIdentity: 'ann@there',
          leaseDurationSeconds: 600,
          renewTime: new Date().toISOString().replace('Z', '000Z'),
        },
      })
      await world.patch('/api/v1/nodes/node-2', {
        metadata: { annotations: { 'osferry.io/cordon': killed } },
        spec: { unschedulable: true },
      })
      const tries = [
        ['restore', 'node-2', '--yes'],
        ['drain', 'node-2', '--yes'],
      ]
      const before = world.writes().length
      const said: string[] = []
      for (const args of tries) said.push((await world.run(args)).stderr)
      await world.patch(`${leases}/${name}`, { spec: { holderIdentity: null } })
      for (const args of tries) said.push((await world.run(args)).stderr)
      const node = await world.node('node-2')
      await world.api.request('DELETE', `${leases}/${name}`)
      expect(said.map((text) => /CLUSTER_LOCKED|PROGRAM_AT_WORK/.exec(text)?.[0])).toEqual([
        'CLUSTER_LOCKED',
        'CLUSTER_LOCKED',
        'PROGRAM_AT_WORK',
        'PROGRAM_AT_WORK',
      ])
      expect(said[2]).toContain('/opt/team/reinstall')
      expect(node['spec'].unschedulable).toBe(true)
      expect(node.metadata.annotations).toMatchObject({ 'osferry.io/cordon': killed })
      const written = world.writes().slice(before)
      expect(written.filter((write) => !JSON.stringify(write).includes('leases'))).toEqual([])
      // It was taken away: nobody is at work any more.
      expect((await world.run(['restore', 'node-2', '--yes'])).exitCode).toBe(0)
    })

    it('takes the marks of osferry off a node of which there is no record, and nothing else', async () => {
      const theirs = { key: 'example.com/slow', value: 'yes', effect: 'PreferNoSchedule' }
      const balancers = 'node.kubernetes.io/exclude-from-external-load-balancers'
      await world.patch('/api/v1/nodes/node-2', {
        metadata: {
          labels: { [balancers]: 'true' },
          annotations: {
            'osferry.io/cordon': killed,
            'osferry.io/soft-taint': killed,
            'osferry.io/load-balancer': killed,
          },
        },
        spec: { unschedulable: true, taints: [theirs, soft] },
      })
      const args = ['restore', 'node-2', '--yes', '-o', 'json']
      const dry = await world.run([...args, '--dry-run', 'client'])
      expect((await world.node('node-2'))['spec'].unschedulable).toBe(true)
      const { exitCode, stdout } = await world.run(args)
      const node = await world.node('node-2')
      await world.patch('/api/v1/nodes/node-2', { spec: { taints: null } })
      const item = { hasRecord: false, cordon: 'uncordoned', marks: ['soft-taint', 'load-balancer'] }
      expect([dry.exitCode, JSON.parse(dry.stdout)]).toMatchObject([0, { items: [item] }])
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { items: [item] }])
      expect(node['spec'].unschedulable).toBeUndefined()
      expect(node['spec'].taints).toContainEqual(theirs)
      expect(node['spec'].taints).not.toContainEqual(soft)
      expect(node.metadata.labels).not.toHaveProperty([balancers])
      expect(Object.keys(node.metadata.annotations ?? {})).not.toContainEqual(
        expect.stringMatching(/^osferry\.io/),
      )
      // Nothing is left to do: there is nothing to say but that there is no record.
      expect((await world.run(args)).exitCode).toBe(65)
    })

    it('looks at the node when the record is closed, and does not take a mark of another run for nothing', async () => {
      expect((await world.run(drainArgs)).exitCode).toBe(0)
      expect((await restore()).exitCode).toBe(0)
      const annotations = { 'osferry.io/cordon': killed }
      await world.patch('/api/v1/nodes/node-1', { metadata: { annotations }, spec: { unschedulable: true } })
      const { exitCode, stdout } = await restore()
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([2, { items: [{ cordon: 'of-another-run' }] }])
      expect((await world.node('node-1'))['spec'].unschedulable).toBe(true)
      // One of the record's own runs, whose write came late, is taken away.
      const mark = JSON.stringify({ ...JSON.parse(killed), run: record().runs[0]?.id })
      await world.patch('/api/v1/nodes/node-1', { metadata: { annotations: { 'osferry.io/cordon': mark } } })
      const late = await restore()
      expect([late.exitCode, JSON.parse(late.stdout)]).toMatchObject([
        0,
        { items: [{ cordon: 'uncordoned' }] },
      ])
    })

    it('creates naked pods again when a drain is undone, and leaves a name that was taken', async () => {
      await nakedPod('undone')
      const long = 'long-'.repeat(50).concat('end')
      await world.create(`${world.core}/undone/pods`, {
        metadata: { name: long },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.create(`${world.core}/undone/pods`, {
        metadata: { name: 'stuck', finalizers: ['example.com/hold'] },
        spec: podSpec({ nodeName: 'node-1' }),
      })
      await world.ready(3, 'undone')
      const old = await pod('undone')
      const { exitCode, stdout } = await world.run([...drainArgs, '--timeout', '8s'])
      expect([exitCode, stdout]).toEqual([6, expect.stringContaining('undone/stuck')])
      await vi.waitUntil(async () => isReady(await pod('undone')), soon)
      expect((await pod('undone')).metadata.annotations).toMatchObject({
        'osferry.io/saved-from': old.metadata.uid,
      })
      expect(record().pods).toMatchObject([{ name: 'stuck' }])
      // Somebody lets the old one go, and has the name for a pod of their own.
      const stuck = `${world.core}/undone/pods/stuck`
      await world.patch(stuck, { metadata: { finalizers: null } })
      await vi.waitUntil(async () => {
        const found = await world.api.request('GET', stuck).catch(() => undefined)
        return found === undefined
      }, soon)
      await world.create(`${world.core}/undone/pods`, { metadata: { name: 'stuck' }, spec: podSpec() })
      const end = await restore()
      const { items } = JSON.parse(end.stdout) as { items: object[] }
      expect([end.exitCode, items]).toMatchObject([2, [{ pods: [{ name: 'stuck', result: 'name-taken' }] }]])
      expect(globSync(`${world.cwd}/.osferry/manifests/*/undone.stuck.json`)).toHaveLength(1)
    })
  },
)
