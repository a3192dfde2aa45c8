import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClusterFile } from '../../src/inventory/cluster-file.ts'
import { Cluster } from '../../src/model/cluster.ts'
import { canariesIn } from '../support/canaries.ts'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'
import { plantCluster } from '../support/cluster-snapshot/plant.ts'
import { osferry, type OsferryRun } from '../support/osferry.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry cluster snapshot on the %s control plane',
  (release) => {
    let controlPlane: ControlPlane
    let api: ApiClient
    let cwd = ''

    beforeAll(async () => {
      cwd = mkdtempSync(path.join(tmpdir(), 'osferry-snapshot-'))
      controlPlane = await startControlPlane({ version: release })
      api = connectApi({ ...controlPlane })
      await plantCluster(api, release)
    })
    afterAll(async () => {
      api.close()
      await controlPlane.stop()
      rmSync(cwd, { recursive: true })
    })

    const saved = (): string => path.join(cwd, '.osferry', 'cluster.ndjson')

    function snapshot(kubeconfig: string, ...args: string[]): Promise<OsferryRun> {
      return osferry(['cluster', 'snapshot', '--kubeconfig', kubeconfig, ...args], {
        cwd,
        env: { HOME: cwd },
      })
    }

    it('saves what is there, prints it as one document, and writes nothing to the cluster', async () => {
      const kubeconfig = controlPlane.kubeconfigFor({ user: 'reader', groups: ['system:masters'] })
      const { exitCode, stdout, stderr } = await snapshot(kubeconfig, '-o', 'json')
      expect(stderr).toBe('')
      expect(exitCode).toBe(0)
      const cluster = Cluster.parse(JSON.parse(stdout))
      expect(cluster).toMatchObject({
        version: `v${controlPlane.version}`,
        server: controlPlane.url,
        gaps: [],
      })
      expect(cluster.pods).toHaveLength(9)
      expect(cluster.workloads?.map(({ kind }) => kind).sort()).toEqual([
        'CronJob',
        'DaemonSet',
        'Deployment',
        'Job',
        'ReplicaSet',
        'StatefulSet',
      ])
      const guard = cluster.services?.find(({ name }) => name === 'guard')
      expect(guard?.endpoints).toEqual({ ready: 1, notReady: 0, readyByNode: { 'node-a': 1 } })
      const file = await openClusterFile(saved())
      expect(file.end.counts).toEqual(cluster.counts)
      await file.close()
      const requests = auditedRequests(controlPlane.auditLog).filter(({ user }) => user === 'reader')
      expect(new Set(requests.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']))
      const resources = new Set(requests.map(({ resource }) => resource))
      expect(resources).toContain('pods')
      expect(resources).not.toContain('secrets')
      expect(resources).not.toContain('configmaps')
    })

    it('keeps every secret out of the file and out of what it prints', async () => {
      const { stdout, stderr } = await snapshot(controlPlane.kubeconfig, '-o', 'yaml', '-vv')
      const text = stdout + stderr + readFileSync(saved(), 'utf8')
      expect(canariesIn(text)).toEqual([])
    })

    it('says for every host which node it is, and what does not match', async () => {
      writeFileSync(
        path.join(cwd, 'inventory.yaml'),
        'schema: inventory/v1\nhosts:\n  - { name: alpha, address: 192.0.2.1 }\n  - { name: stranger }\n',
      )
      const { stdout, exitCode } = await snapshot(controlPlane.kubeconfig)
      rmSync(path.join(cwd, 'inventory.yaml'))
      expect(exitCode).toBe(0)
      expect(stdout).toContain('1 matched to nodes (2 findings)')
      expect(stdout).toContain('host stranger: no node of the cluster')
      expect(stdout).toContain('node node-b: no host of the inventory')
      expect(stdout).toContain('shop/db')
    })

    it('exits 3 and lists what a user may not read', async () => {
      await api.request('POST', `${rbac}/clusterroles`, {
        body: {
          metadata: { name: 'some' },
          rules: [
            { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list'] },
            { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
          ],
        },
      })
      await api.request('POST', `${rbac}/clusterrolebindings`, {
        body: {
          metadata: { name: 'some' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'some' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'anna' }],
        },
      })
      const kubeconfig = controlPlane.kubeconfigFor({ user: 'anna', groups: [] })
      const run = (): Promise<OsferryRun> => snapshot(kubeconfig, '-o', 'json')
      await expect.poll(run).toMatchObject({ exitCode: 3 })
      const cluster = Cluster.parse(JSON.parse((await run()).stdout))
      expect(cluster.budgets).toBeNull()
      expect(cluster.summary.blockingBudgets).toBeNull()
      expect(cluster.nodes).toHaveLength(2)
      expect(cluster.workloads?.map(({ kind }) => kind)).toEqual(['Deployment'])
      expect(cluster.gaps).toContainEqual(
        expect.objectContaining({ resource: 'poddisruptionbudgets.policy', reason: 'forbidden' }) as unknown,
      )
      const web = cluster.pods?.find(({ labels }) => labels['app'] === 'web')
      expect(web).toMatchObject({ ownerResolved: false, owner: { kind: 'ReplicaSet' } })
    })

    it('exits 77 without any right, and leaves the older snapshot as it was', async () => {
      const before = readFileSync(saved(), 'utf8')
      const { exitCode, stderr } = await snapshot(controlPlane.kubeconfigFor({ user: 'nobody', groups: [] }))
      expect(exitCode).toBe(77)
      expect(stderr).toContain('CLUSTER_FORBIDDEN')
      expect(readFileSync(saved(), 'utf8')).toBe(before)
    })

    it('reads a list of many pages as it is', async () => {
      const many = 1203
      for (let start = 0; start < many; start += 100) {
        await Promise.all(
          Array.from({ length: Math.min(100, many - start) }, (_, index) =>
            api.request('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
              body: { metadata: { name: `class-${start + index}` }, value: 1 },
            }),
          ),
        )
      }
      const { stdout } = await snapshot(controlPlane.kubeconfig, '-o', 'json')
      const { priorityClasses } = Cluster.parse(JSON.parse(stdout))
      const own = (priorityClasses ?? []).filter(({ name }) => name.startsWith('class-'))
      expect(new Set(own.map(({ name }) => name)).size).toBe(many)
    })

    it('exits 69 when nothing answers, and 78 without a kubeconfig', async () => {
      const empty = path.join(cwd, 'empty')
      mkdirSync(empty, { recursive: true })
      const file = path.join(empty, 'config')
      const text = readFileSync(controlPlane.kubeconfig, 'utf8').replace(
        controlPlane.url,
        'https://127.0.0.1:1',
      )
      writeFileSync(file, text, { mode: 0o600 })
      expect((await snapshot(file)).exitCode).toBe(69)
      expect((await snapshot(path.join(empty, 'none'))).exitCode).toBe(78)
    })
  },
)
