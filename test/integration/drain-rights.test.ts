import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { cordonNode, restoreNode } from '../../src/steps/cluster-cordon.ts'
import { connectApi } from '../support/control-plane/api.ts'
import { auditedRequests, type AuditedRequest } from '../support/control-plane/audit.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import { startFaultProxy, type FaultProxy } from '../support/control-plane/fault-proxy.ts'
import { writeProxyKubeconfig } from '../support/control-plane/kubeconfig.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startControlPlane } from '../support/control-plane/start.ts'
import { startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { bin, type OsferryRun } from '../support/osferry.ts'
import { openTerminal } from '../support/terminal.ts'

const soon = { timeout: 60_000, interval: 100 }
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const read = ['get', 'list', 'watch']

/** A drain that ends before its first write: the audit log has nothing but questions. */
describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry drain, stopped early, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    async function userWith(user: string, rules: readonly object[]): Promise<void> {
      await world.create(`${rbac}/clusterroles`, { metadata: { name: user }, rules })
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user }
      const subjects = [{ kind: 'User', name: user }]
      await world.create(`${rbac}/clusterrolebindings`, { metadata: { name: user }, roleRef, subjects })
    }

    function drainAs(user: string, args: readonly string[] = ['node-1', '--yes']): Promise<OsferryRun> {
      const env = { KUBECONFIG: world.controlPlane.kubeconfigFor({ user }), HOME: world.cwd }
      return world.run(['drain', ...args], { env })
    }

    /** What a user has asked to write, whether it was allowed or not. */
    function writesOf(user: string): readonly AuditedRequest[] {
      return auditedRequests(world.controlPlane.auditLog, { user }).filter(
        ({ verb, resource }) => !read.includes(verb) && resource?.startsWith('selfsubject') !== true,
      )
    }

    function reviewsOf(user: string): number {
      const wanted = { user, resource: 'selfsubjectrulesreviews' }
      return auditedRequests(world.controlPlane.auditLog, wanted).length
    }

    const reading = [
      { apiGroups: [''], resources: ['nodes', 'pods', 'persistentvolumes'], verbs: read },
      { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['daemonsets'], verbs: read },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: read },
      { apiGroups: ['storage.k8s.io'], resources: ['volumeattachments'], verbs: read },
    ]
    const writing = [
      { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'patch'] },
    ]

    it('names every right to write that is missing, and sends no write to find out', async () => {
      const budgets = { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: read }
      await userWith('no-eviction', [...reading, ...writing, budgets])
      const { exitCode, stderr } = await drainAs('no-eviction')
      expect([exitCode, stderr]).toEqual([
        77,
        expect.stringContaining('this login may not create pods/eviction'),
      ])
      expect(reviewsOf('no-eviction')).toBeGreaterThan(0)
      expect(writesOf('no-eviction')).toEqual([])
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
    })

    it.each(['poddisruptionbudgets', 'volumeattachments', 'namespaces'])(
      'does not begin when %s may not be read',
      async (unread) => {
        const user = `no-${unread}`
        const evicting = { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }
        const budgets = { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: read }
        const rules = [...reading, ...writing, evicting, budgets]
        const less = rules.filter(({ resources }) => !resources.includes(unread))
        await userWith(user, less)
        const { exitCode, stderr } = await drainAs(user)
        expect([exitCode, stderr]).toEqual([77, expect.stringContaining(unread)])
        expect(reviewsOf(user)).toBeGreaterThan(0)
        expect(writesOf(user)).toEqual([])
      },
    )

    it('drains no node at all when one of the names is of no node', async () => {
      const before = world.writes().length
      const { exitCode, stderr } = await world.run(['drain', 'node-1', 'node-x', '--yes'])
      expect([exitCode, stderr]).toEqual([65, expect.stringContaining('has no node node-x')])
      expect(world.writes().length).toBe(before)
    })

    it('does not touch a node of the same name in another cluster', async () => {
      const other = await startControlPlane({ version: release, controllers: false })
      const login = other.loginFor({ user: 'stranger', groups: ['system:masters'] })
      const api = connectApi(login)
      const cluster = clusterFor(login)
      try {
        const mark = JSON.stringify({ run: 'r1', holder: 'me', at: '2026-11-21T00:00:00Z' })
        const metadata = { name: 'node-1', annotations: { 'osferry.io/cordon': mark } }
        await api.request('POST', '/api/v1/nodes', { body: { metadata, spec: { unschedulable: true } } })
        const { uid } = (await world.node('node-1')).metadata
        const found = { node: 'node-1', uid, wasUnschedulable: false, annotation: undefined }
        const { signal } = new AbortController()
        const owner = { run: 'r1', holder: 'me', at: '2026-11-21T00:00:00Z' }
        expect(await cordonNode(cluster, found, { owner, known: undefined, signal })).toBe(false)
        expect(await restoreNode(cluster, found, { run: 'r1', signal })).toBe(false)
        const patches = auditedRequests(other.auditLog, { user: 'stranger', verb: 'patch' })
        expect(patches).toEqual([])
        expect((await api.request('GET', '/api/v1/nodes/node-1'))['spec'].unschedulable).toBe(true)
        // The other cluster under this one's authority: no credentials are sent, and nothing is written.
        const file = `${world.cwd}/mixed.yaml`
        const mixed = {
          clusters: [
            { name: 'c', cluster: { server: other.url, 'certificate-authority': world.controlPlane.ca } },
          ],
          users: [{ name: 'u', user: { 'client-certificate': login.certificate, 'client-key': login.key } }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'x',
        }
        writeFileSync(file, stringify({ apiVersion: 'v1', kind: 'Config', ...mixed }))
        const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', '--kubeconfig', file])
        expect([exitCode, stderr]).toEqual([69, expect.stringContaining('CLUSTER_CERTIFICATE')])
      } finally {
        api.close()
        await cluster.close()
        await other.stop()
      }
    })

    it('ends with 130 and no write when it is interrupted before the first one', async () => {
      await world.namespace('early')
      await world.create(`${world.apps}/early/deployments`, workload('web', { replicas: 2 }))
      await world.ready(2, 'early')
      const proxy = await startFaultProxy(world.controlPlane)
      try {
        const { exitCode } = await interruptedWhileReading(proxy)
        expect(exitCode).toBe(130)
        const sent = proxy.seen.filter(({ method, url }) => method !== 'GET' && !url.includes('selfsubject'))
        expect(sent).toEqual([])
      } finally {
        await proxy.close()
      }
      const before = world.writes().length
      for (const keys of ['\u0003', '\u0004', '\r']) {
        const env = { KUBECONFIG: world.kubeconfig, HOME: world.cwd }
        const terminal = openTerminal([process.execPath, bin, 'drain', 'node-1'], { cwd: world.cwd, env })
        await terminal.shows('Drain node-1 of test? [y/N]')
        terminal.type(keys)
        expect(await terminal.exited).toBe(130)
        expect(terminal.screen().join('\n')).toContain('nothing was changed')
      }
      await world.audited()
      expect(world.writes().length).toBe(before)
      const node = await world.node('node-1')
      expect([node['spec'].unschedulable, node.metadata.annotations]).toEqual([
        undefined,
        expect.not.objectContaining({ 'osferry.io/cordon': expect.anything() }),
      ])
    })

    /** The server answers everything but the budgets, for which osferry waits when Ctrl-C comes. */
    async function interruptedWhileReading(proxy: FaultProxy): Promise<OsferryRun> {
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 503, message: 'not now' }
      let isAsked = false
      proxy.fault = ({ url }) => {
        if (!url.includes('poddisruptionbudgets')) return undefined
        isAsked = true
        return { status: 503, body: JSON.stringify(status) }
      }
      const file = writeProxyKubeconfig(`${world.cwd}/proxy.yaml`, proxy)
      return await world.run(['drain', 'node-1', '--yes', '--kubeconfig', file], {
        started: (child) => void vi.waitUntil(() => isAsked, soon).then(() => child.kill('SIGINT')),
      })
    }
  },
)
